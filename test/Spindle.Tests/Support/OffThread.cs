using System.Runtime.ExceptionServices;

namespace Spindle.Tests.Support;

/// <summary>Work on a thread of its own. What it throws is thrown at whoever joins it.</summary>
internal sealed class OffThread
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;

    private OffThread(Action body)
    {
        _thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception exception)
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        { IsBackground = true };
        _thread.Start();
    }

    public static OffThread Start(Action body) => new(body);

    /// <summary>Runs something on another thread and waits for it.</summary>
    public static void Run(Action body) => Start(body).Join();

    /// <inheritdoc cref="Run(Action)"/>
    public static T Run<T>(Func<T> body)
    {
        T result = default!;
        Run(() => { result = body(); });
        return result;
    }

    public void Join()
    {
        Assert.True(_thread.Join(Patience), "The other thread did not end.");
        _failure?.Throw();
    }
}
