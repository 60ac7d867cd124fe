namespace Spindle.Tests.Support;

/// <summary>How a task has ended that must have ended.</summary>
internal static class Finished
{
    public static T ResultOf<T>(Task<T> task)
    {
        Assert.True(task.IsCompleted, "The task goes on.");
        return task.GetAwaiter().GetResult();
    }
}
