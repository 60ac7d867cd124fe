using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Selectors;

namespace Spindle.Tests.Support;

/// <summary>A test of an event loop. A record that the test did not look for fails it.</summary>
public abstract class LoopTest : LedgerCheckedTest
{
    private SelectorEventLoop? _loop;

    private protected virtual SelectorKind Kind => SelectorKind.Epoll;

    private protected RecordingLoggers Log { get; } = new();

    /// <summary>A loop, made when it is first asked for.</summary>
    private protected SelectorEventLoop Loop => _loop ??= NewLoop();

    private protected SelectorEventLoop NewLoop(IKernel? kernel = null, bool debug = false, TimeSpan? slow = null)
    {
        EventLoopOptions options = new()
        {
            Selector = Kind,
            LoggerFactory = Log,
            Debug = debug,
            SlowCallbackDuration = slow ?? TimeSpan.MaxValue, // A machine under load must not make records.
        };
        SelectorEventLoop loop = new(options, kernel ?? Kernel);
        AtEnd(loop.Close);
        return loop;
    }

    /// <summary>Runs exactly one turn, which does not wait.</summary>
    private protected static void RunTurn(SelectorEventLoop loop)
    {
        loop.Stop();
        loop.RunForever();
    }

    private protected void RunTurn() => RunTurn(Loop);

    /// <summary>Runs until the test stops the loop.</summary>
    private protected static void Run(SelectorEventLoop loop)
    {
        bool isLate = false;
        TimerHandle guard = loop.CallLater(OffThread.Patience, () =>
        {
            isLate = true;
            loop.Stop();
        });
        loop.RunForever();
        guard.Cancel();
        Assert.False(isLate, "The loop was not stopped in time.");
    }

    private protected void Run() => Run(Loop);

    /// <summary>Has the loop's errors collected instead of logged.</summary>
    private protected static List<LoopError> CollectErrors(SelectorEventLoop loop)
    {
        List<LoopError> errors = [];
        loop.ExceptionHandler = (_, error) => errors.Add(error);
        return errors;
    }

    private protected override void CheckAtEnd() => Assert.Empty(Log.Take());
}
