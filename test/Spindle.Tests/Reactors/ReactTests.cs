using Microsoft.Extensions.Logging;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Reactors;

/// <summary>Programs on a reactor whose time passes as fast as it waits.</summary>
public sealed class ReactTests : LoopTest
{
    private const int SIGTERM = 15;

    private readonly ManualClock _clock = new();
    private readonly ScriptedSignals _signals = new();
    private readonly AsyncSelectorReactor _reactor;
    private readonly TimeSpan _start;

    public ReactTests()
    {
        ScriptedWaits waits = new(Kernel)
        {
            BeforeWait = timeout =>
            {
                Assert.True(timeout >= 0, "The reactor would wait for ever.");
                _clock.Advance(TimeSpan.FromTicks(timeout / 100));
                return 0;
            },
        };
        SelectorEventLoop loop = NewLoop(new KernelDouble(Kernel) { Clock = _clock, Epolls = waits, Signals = _signals });
        _reactor = new AsyncSelectorReactor(loop);
        AtEnd(_reactor.Dispose);
        _start = _reactor.Seconds();
    }

    private TimeSpan Elapsed => _reactor.Seconds() - _start;

    [Fact, Clause("TIME-43")]
    public void Run_MainIsDoneLater_RunsUntilThenAndSucceeds()
    {
        bool hasPassed = false;

        int code = React.Run(
            async reactor =>
            {
                Assert.Same(_reactor, reactor);
                Assert.True(reactor.IsRunning);
                reactor.CallLater(TimeSpan.FromSeconds(1), () => hasPassed = true);
                await reactor.DeferLater(TimeSpan.FromSeconds(2));
                Assert.Same(reactor.EventLoop, EventLoop.Current);
            },
            _reactor);

        Assert.Equal(0, code);
        Assert.True(hasPassed);
        Assert.Equal(TimeSpan.FromSeconds(2), Elapsed);
        Assert.False(_reactor.IsRunning);
    }

    [Fact, Clause("TIME-43")]
    public void Run_MainIsDoneAtOnce_EndsAtOnce()
    {
        Assert.Equal(0, React.Run(_ => Task.CompletedTask, _reactor));

        Assert.Equal(TimeSpan.Zero, Elapsed);
    }

    [Fact, Clause("TIME-43")]
    public void Run_MainFailsLater_LogsItAndGivesOne()
    {
        int code = React.Run(
            async reactor =>
            {
                await reactor.DeferLater(TimeSpan.FromSeconds(1));
                throw new FormatException();
            },
            _reactor);

        Assert.Equal(1, code);
        AssertLogged<FormatException>();
    }

    [Fact, Clause("TIME-43")]
    public void Run_MainThrowsAtOnce_LogsItAndGivesOne()
    {
        Func<AsyncSelectorReactor, Task> main = _ => throw new FormatException();

        Assert.Equal(1, React.Run(main, _reactor));

        Assert.Equal(TimeSpan.Zero, Elapsed);
        AssertLogged<FormatException>();
    }

    [Fact, Clause("TIME-43")]
    public void Run_MainHasAResult_ItIsTheExitCode()
    {
        int code = React.Run(
            async reactor =>
            {
                await reactor.DeferLater(TimeSpan.FromSeconds(1));
                return 23;
            },
            _reactor);

        Assert.Equal(23, code);
    }

    [Fact, Clause("TIME-43")]
    public void Run_MainThrowsAnExit_ItsCodeCountsAndNothingIsLogged()
    {
        int code = React.Run(
            async reactor =>
            {
                await reactor.DeferLater(TimeSpan.FromSeconds(1));
                throw new ExitException(7);
            },
            _reactor);

        Assert.Equal(7, code);
        Assert.Equal(TimeSpan.FromSeconds(1), Elapsed);
        Assert.DoesNotContain(Log.Take(), record => record.Level >= LogLevel.Warning);
    }

    [Fact, Clause("TIME-43")]
    public void Run_StoppedBeforeMainIsDone_IsNotStoppedAgain()
    {
        int code = React.Run(
            async reactor =>
            {
                reactor.CallLater(TimeSpan.FromSeconds(1), reactor.Stop);
                await reactor.Stopped; // Which is in the course of the shutdown.
                return 5;
            },
            _reactor);

        Assert.Equal(5, code);
        Assert.Equal(TimeSpan.FromSeconds(1), Elapsed);
    }

    [Fact, Clause("TIME-43")]
    public void Run_StoppedAndMainFailsThen_LogsItAndGivesOne()
    {
        int code = React.Run(
            async reactor =>
            {
                reactor.CallLater(TimeSpan.FromSeconds(1), reactor.Stop);
                await reactor.Stopped;
                throw new FormatException();
            },
            _reactor);

        Assert.Equal(1, code);
        AssertLogged<FormatException>();
    }

    [Fact, Clause("TIME-43")]
    public void Run_StoppedJustBeforeMainIsDone_Succeeds()
    {
        int code = React.Run(
            reactor =>
            {
                reactor.Stop();
                return Task.CompletedTask;
            },
            _reactor);

        Assert.Equal(0, code);
    }

    [Fact, Clause("TIME-43")]
    public void Run_StoppedAndMainIsNeverDone_Succeeds()
    {
        int code = React.Run(
            async reactor =>
            {
                reactor.CallLater(TimeSpan.FromSeconds(1), reactor.Stop);
                await new TaskCompletionSource().Task;
                return 5;
            },
            _reactor);

        Assert.Equal(0, code);
        Assert.Equal(TimeSpan.FromSeconds(1), Elapsed);
    }

    [Fact, Clause("TIME-43")]
    public void Run_SignalComes_StopsAndDiesOfIt()
    {
        int? died = null;
        _signals.OnDieOf = signal => died = signal;

        int code = React.Run(
            async reactor =>
            {
                reactor.CallLater(TimeSpan.FromSeconds(1), () => _signals.Deliver(SIGTERM));
                reactor.CallLater(TimeSpan.FromSeconds(2), () => Assert.Fail("It was stopped."));
                await new TaskCompletionSource().Task;
            },
            _reactor);

        Assert.Equal(SIGTERM, died);
        Assert.Equal(0, code);
        Assert.All(Log.Take(), record => Assert.Equal(LogLevel.Information, record.Level));
    }

    [Fact, Clause("TIME-43")]
    public void Run_ReactorRunsOrHasRun_ThrowsAndDoesNotStartMain()
    {
        Func<AsyncSelectorReactor, Task> main = _ =>
        {
            Assert.Fail("It was started.");
            return Task.CompletedTask;
        };
        Exception? nested = null;

        React.Run(
            reactor =>
            {
                nested = Record.Exception(() => React.Run(main, reactor));
                return Task.CompletedTask;
            },
            _reactor);

        Assert.IsType<ReactorAlreadyRunningException>(nested);
        Assert.Throws<ReactorNotRestartableException>(() => React.Run(main, _reactor));
        Assert.Throws<ArgumentNullException>(() => React.Run(main, null!));
        Assert.Throws<ArgumentNullException>(() => React.Run((Func<AsyncSelectorReactor, Task>)null!, _reactor));
    }

    [Fact, Clause("TIME-43")]
    public void Run_NoReactorGiven_MakesOneAndDisposesOfIt()
    {
        AsyncSelectorReactor? used = null;

        int code = React.Run(async reactor =>
        {
            used = reactor;
            await reactor.DeferLater(TimeSpan.FromMilliseconds(1));
            return 3;
        });
        int plain = React.Run(reactor => reactor.DeferLater(TimeSpan.Zero));

        Assert.Equal(3, code);
        Assert.Equal(0, plain);
        Assert.True(used!.EventLoop.IsClosed);
    }

    private void AssertLogged<TException>()
    {
        LogRecord record = Assert.Single(Log.Take(), each => each.Level == LogLevel.Error);
        Assert.IsType<TException>(record.Exception);
    }
}
