using Microsoft.Extensions.Logging;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Reactors;

/// <summary>SIGINT and SIGTERM, delivered by hand (CORE-60 to CORE-65). Real ones are in <see cref="ReactorSignalChildTests"/>.</summary>
public sealed class ReactorSignalTests : LoopTest
{
    private const int SIGINT = 2;
    private const int SIGTERM = 15;
    private const int SIGCHLD = 17;

    private readonly ScriptedSignals _signals = new();
    private readonly SelectorEventLoop _loop;

    public ReactorSignalTests() => _loop = NewLoop(new KernelDouble(Kernel) { Signals = _signals });

    private AsyncSelectorReactor Reactor
    {
        get
        {
            if (field is null)
            {
                field = new AsyncSelectorReactor(_loop);
                AtEnd(field.Dispose);
            }

            return field;
        }
    }

    [Fact, Clause("CORE-60", "CORE-20", "CORE-65")]
    public void Run_Always_TakesBothDuringTheStartupAndGivesThemBack()
    {
        List<string> seen = [];
        Note("before", SystemEventPhase.Before);
        Note("during", SystemEventPhase.During);
        Note("after", SystemEventPhase.After);
        Reactor.CallWhenRunning(Reactor.Stop);

        Reactor.Run();

        Assert.Equal(["before: ", "during: 2 15", "after: 2 15"], seen);
        Assert.Empty(_signals.Subscribed);

        void Note(string name, SystemEventPhase phase) => Reactor.AddSystemEventTrigger(phase, "startup", () =>
        {
            seen.Add($"{name}: {string.Join(' ', _signals.Subscribed)}");
            return null;
        });
    }

    [Theory, Clause("CORE-15", "CORE-17", "CORE-60")]
    [InlineData(true)]
    [InlineData(false)]
    public void StartRunning_AskedTo_TakesThemUntilItHasStopped(bool isAsked) => _loop.RunUntilComplete(async () =>
    {
        Reactor.StartRunning(isAsked);
        Assert.Equal(isAsked ? [SIGINT, SIGTERM] : [], _signals.Subscribed);

        Reactor.Stop();
        await Reactor.Stopped;

        Assert.Empty(_signals.Subscribed);
    });

    [Fact, Clause("CORE-17")]
    public void Run_NotAskedTo_TakesNone()
    {
        Reactor.CallWhenRunning(() =>
        {
            Assert.Empty(_signals.Subscribed);
            Reactor.Stop();
        });

        Reactor.Run(installSignalHandlers: false);

        Assert.Empty(Log.Take());
    }

    [Fact, Clause("CORE-60")]
    public void Run_SigintIsIgnored_TakesSigtermOnly()
    {
        _signals.Ignored.Add(SIGINT);
        _signals.Ignored.Add(SIGTERM);
        IEnumerable<int> taken = [];
        Reactor.CallWhenRunning(() =>
        {
            taken = [.. _signals.Subscribed];
            Reactor.Stop();
        });

        Reactor.Run();

        Assert.Equal([SIGTERM], taken);
    }

    [Fact, Clause("CORE-60", "CORE-65")]
    public void Run_TheLoopHandlesBoth_LeavesSigintAndGivesSigtermBack()
    {
        List<string> heard = [];
        _loop.AddSignalHandler(SIGINT, () => heard.Add("int"));
        _loop.AddSignalHandler(SIGTERM, () => heard.Add("term"));
        Reactor.CallWhenRunning(() =>
        {
            _signals.Deliver(SIGINT);
            Reactor.CallLater(TimeSpan.FromMilliseconds(1), () => _signals.Deliver(SIGTERM));
        });

        Reactor.Run();
        Assert.Equal(SIGTERM, Reactor.ExitSignal);
        Assert.Equal(["int"], heard);
        _signals.Deliver(SIGINT);
        _signals.Deliver(SIGTERM);
        RunTurn(_loop);

        Assert.Equal(["int", "int", "term"], heard);
        _ = Log.Take();
    }

    [Fact, Clause("CORE-65")]
    public void Run_SomebodyTakesASignalMeanwhile_LeavesItToThem()
    {
        List<string> heard = [];
        Reactor.CallWhenRunning(() =>
        {
            _loop.AddSignalHandler(SIGINT, () => heard.Add("theirs"));
            Reactor.Stop();
        });

        Reactor.Run();
        _signals.Deliver(SIGINT);
        RunTurn(_loop);

        Assert.Equal(["theirs"], heard);
    }

    [Fact, Clause("CORE-65")]
    public void Run_AfterACrash_TakesThemAnew()
    {
        Reactor.CallWhenRunning(Reactor.Crash);
        Reactor.Run();
        Assert.Empty(_signals.Subscribed);

        Reactor.CallWhenRunning(() => _signals.Deliver(SIGINT));
        Reactor.Run();

        Assert.Equal(SIGINT, Reactor.ExitSignal);
        _ = Log.Take();
    }

    [Theory, Clause("CORE-61", "CORE-62")]
    [InlineData(SIGINT, "SIGINT")]
    [InlineData(SIGTERM, "SIGTERM")]
    public void Signal_WhileRunning_IsLoggedKeptAndStopsItInALaterTurn(int signal, string name)
    {
        Reactor.CallWhenRunning(() =>
        {
            Assert.Null(Reactor.ExitSignal);
            OffThread.Run(() => _signals.Deliver(signal));
            Assert.Null(Reactor.ExitSignal);
            Assert.True(Reactor.IsRunning);
        });

        Reactor.Run();

        Assert.Equal(signal, Reactor.ExitSignal);
        LogRecord record = Assert.Single(Log.Take());
        Assert.Equal($"[-] Received {name}, shutting down.", record.Text);
        Assert.Equal(LogLevel.Information, record.Level);
    }

    [Fact, Clause("CORE-61", "CORE-63")]
    public void Signal_SecondBeforeTheShutdownBegins_IsKeptAndDisturbsNothing()
    {
        List<string> journal = [];
        Reactor.CallWhenRunning(() =>
        {
            _signals.Deliver(SIGINT);
            _signals.Deliver(SIGTERM);
        });
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "shutdown", async () =>
        {
            await Task.Yield();
            journal.Add("waited");
        });
        Reactor.AddSystemEventTrigger(SystemEventPhase.After, "shutdown", () =>
        {
            journal.Add("after");
            return null;
        });

        Reactor.Run();

        Assert.Equal(SIGTERM, Reactor.ExitSignal);
        Assert.Equal(["waited", "after"], journal);
        Assert.All(Log.Take(), record => Assert.StartsWith("[-] Received SIG", record.Text, StringComparison.Ordinal));
    }

    [Fact, Clause("CORE-63")]
    public void Signal_WhileTheShutdownWaits_EndsTheWaitOnly()
    {
        List<string> journal = [];
        TaskCompletionSource never = new();
        Reactor.CallWhenRunning(Reactor.Stop);
        Reactor.AddSystemEventTrigger(SystemEventPhase.Before, "shutdown", () =>
        {
            _signals.Deliver(SIGINT);
            return never.Task;
        });
        foreach (SystemEventPhase phase in new[] { SystemEventPhase.During, SystemEventPhase.After })
        {
            Reactor.AddSystemEventTrigger(phase, "shutdown", () =>
            {
                journal.Add($"{phase}");
                return null;
            });
        }

        Reactor.Run();
        never.SetResult();
        RunTurn(_loop);

        Assert.Equal(["During", "After"], journal);
        Assert.Equal(
            ["[-] Received SIGINT, shutting down.", "[-] The shutdown did not wait any longer"],
            Log.Take().Select(record => record.Text));
    }

    [Fact, Clause("CORE-64")]
    public void Run_SignalsCannotBeTaken_IsLoggedAndItRunsWithout()
    {
        _signals.IsRefusing = true;
        bool hasRun = false;
        Reactor.CallWhenRunning(() =>
        {
            hasRun = true;
            Reactor.Stop();
        });

        Reactor.Run();

        Assert.True(hasRun);
        LogRecord record = Assert.Single(Log.Take());
        Assert.Equal(LogLevel.Error, record.Level);
        Assert.IsType<InvalidOperationException>(record.Exception);
    }

    [Fact, Clause("I8", "CORE-66")]
    public void New_ChildrenAreIgnored_UndoesThatBeforeThereIsAny()
    {
        _signals.Ignored.Add(SIGCHLD);

        _ = Reactor;

        Assert.DoesNotContain(SIGCHLD, _signals.Ignored);
        Assert.Empty(_signals.Subscribed);
    }
}
