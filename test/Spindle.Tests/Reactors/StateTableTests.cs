namespace Spindle.Tests.Reactors;

/// <summary>Run, Stop and Crash in each state of a reactor's life, and what comes of it (CORE-14).</summary>
public sealed class StateTableTests : ReactorTest
{
    /// <summary>Where in its life the reactor is when the call is made.</summary>
    public enum State
    {
        New,
        Starting,
        Running,
        StoppingBeforeTheDuringPhase,
        StoppingFromTheDuringPhaseOn,
        Stopped,
        Crashed,
    }

    public enum Call
    {
        Run,
        Stop,
        Crash,
    }

    public enum Outcome
    {
        Runs,
        Stops,
        Crashes,
        Nothing,
        AlreadyRunning,
        NotRunning,
        NotRestartable,
    }

    public static TheoryData<State, Call, Outcome> Table => new()
    {
        { State.New, Call.Run, Outcome.Runs },
        { State.New, Call.Stop, Outcome.NotRunning },
        { State.New, Call.Crash, Outcome.Nothing },
        { State.Starting, Call.Run, Outcome.AlreadyRunning },
        { State.Starting, Call.Stop, Outcome.Stops },
        { State.Starting, Call.Crash, Outcome.Crashes },
        { State.Running, Call.Run, Outcome.AlreadyRunning },
        { State.Running, Call.Stop, Outcome.Stops },
        { State.Running, Call.Crash, Outcome.Crashes },
        { State.StoppingBeforeTheDuringPhase, Call.Run, Outcome.AlreadyRunning },
        { State.StoppingBeforeTheDuringPhase, Call.Stop, Outcome.NotRunning },
        { State.StoppingBeforeTheDuringPhase, Call.Crash, Outcome.Crashes },
        { State.StoppingFromTheDuringPhaseOn, Call.Run, Outcome.NotRestartable },
        { State.StoppingFromTheDuringPhaseOn, Call.Stop, Outcome.NotRunning },
        { State.StoppingFromTheDuringPhaseOn, Call.Crash, Outcome.Nothing },
        { State.Stopped, Call.Run, Outcome.NotRestartable },
        { State.Stopped, Call.Stop, Outcome.NotRunning },
        { State.Stopped, Call.Crash, Outcome.Nothing },
        { State.Crashed, Call.Run, Outcome.Runs },
        { State.Crashed, Call.Stop, Outcome.NotRunning },
        { State.Crashed, Call.Crash, Outcome.Nothing },
    };

    [Theory, Clause("CORE-14", "CORE-9", "CORE-10", "CORE-12", "CORE-29", "CORE-35", "CORE-40", "CORE-41")]
    [MemberData(nameof(Table))]
    public void AnyCall_InAnyState_DoesWhatTheTableSays(State state, Call call, Outcome outcome)
    {
        Add(SystemEventPhase.After, "startup", "startup");
        Add(SystemEventPhase.During, "shutdown", "shutdown");

        Exception? thrown = Make(call, state);

        Assert.Equal(TypeOf(outcome), thrown?.GetType());
        Assert.False(Reactor.IsRunning);
        bool isOver = outcome is Outcome.Stops or Outcome.NotRestartable
            || state is State.Stopped or State.StoppingFromTheDuringPhaseOn
            || (outcome is Outcome.AlreadyRunning or Outcome.NotRunning && state is not (State.New or State.Crashed));
        Assert.Equal(isOver || outcome == Outcome.Runs, Journal.Contains("shutdown"));
        if (outcome == Outcome.Runs || isOver)
        {
            Assert.Equal(Journal.Distinct(), Journal);
            Assert.Throws<ReactorNotRestartableException>(Reactor.Run);
        }
        else
        {
            Reactor.CallWhenRunning(Reactor.Stop);
            Run();
            Assert.Single(Journal, "startup");
            Assert.Single(Journal, "shutdown");
        }
    }

    private Exception? Make(Call call, State state)
    {
        Exception? thrown = null;
        switch (state)
        {
            case State.New:
                Do();
                return thrown;
            case State.Starting:
                Add(SystemEventPhase.Before, "startup", "before startup", Do);
                break;
            case State.Running:
                Reactor.CallLater(TimeSpan.Zero, Do);
                break;
            case State.StoppingBeforeTheDuringPhase:
                Add(SystemEventPhase.Before, "shutdown", "before shutdown", Do);
                break;
            case State.StoppingFromTheDuringPhaseOn:
                Add(SystemEventPhase.During, "shutdown", "during shutdown", Do);
                break;
            case State.Crashed:
                Reactor.CallLater(TimeSpan.Zero, Reactor.Crash);
                break;
            default:
                break;
        }

        Reactor.CallLater(TimeSpan.FromMilliseconds(1), StopIfRunning);
        Run();
        if (state is State.Stopped or State.Crashed)
        {
            Journal.RemoveAll(entry => entry == "startup" && state == State.Crashed);
            Add(SystemEventPhase.After, "startup", "startup");
            Do();
        }

        return thrown;

        void Do() => thrown = Record.Exception(call switch
        {
            Call.Run => RunAndStop,
            Call.Stop => Reactor.Stop,
            _ => Reactor.Crash,
        });
    }

    private void RunAndStop()
    {
        Reactor.CallLater(TimeSpan.Zero, StopIfRunning);
        Reactor.Run(installSignalHandlers: false);
    }

    private void StopIfRunning()
    {
        if (Reactor.IsRunning)
        {
            _ = Record.Exception(Reactor.Stop); // Told to stop already: so be it.
        }
    }

    private static Type? TypeOf(Outcome outcome) => outcome switch
    {
        Outcome.AlreadyRunning => typeof(ReactorAlreadyRunningException),
        Outcome.NotRunning => typeof(ReactorNotRunningException),
        Outcome.NotRestartable => typeof(ReactorNotRestartableException),
        _ => null,
    };
}
