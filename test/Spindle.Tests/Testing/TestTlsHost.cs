using Spindle.Tls;

namespace Spindle.Tests.Testing;

/// <summary>What an engine works for in a test: nothing happens until it is asked to.</summary>
internal sealed class TestTlsHost : ITlsHost
{
    /// <summary>Work that was given to a thread and has not been done.</summary>
    public Queue<Action> Work { get; } = new();

    /// <summary>What callbacks threw.</summary>
    public List<Exception> Logged { get; } = [];

    /// <summary>Calls for the reactor's thread.</summary>
    public Queue<Action> Calls { get; } = new();

    public void CallFromThread(Action call) => Calls.Enqueue(call);

    public void RunInThread(Action work) => Work.Enqueue(work);

    public void LogFailure(string what, Exception exception) => Logged.Add(exception);

    /// <summary>Does the work, then the calls.</summary>
    public void DoAll()
    {
        while (Work.TryDequeue(out Action? work))
        {
            work();
        }

        while (Calls.TryDequeue(out Action? call))
        {
            call();
        }
    }
}
