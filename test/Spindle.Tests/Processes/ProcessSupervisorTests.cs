using Microsoft.Extensions.Logging;
using Spindle.Processes;
using Spindle.Testing;
using Spindle.Tests.Support;

namespace Spindle.Tests.Processes;

public sealed class ProcessSupervisorTests
{
    private const int SIGTERM = 15;
    private const int SIGKILL = 9;

    private readonly MemoryReactor _reactor = new();
    private readonly RecordingLoggers _log = new();
    private readonly ProcessSupervisor _supervisor;

    public ProcessSupervisorTests() => _supervisor = new ProcessSupervisor(_reactor, _reactor, _log.CreateLogger("supervisor"));

    private MemoryProcess Last => _reactor.Processes[^1];

    [Fact]
    public void Start_Added_StartsEachWithWhatItWasGiven()
    {
        _supervisor.AddProcess("one", ["/bin/one", "-x"], ProcessEnvironment.Inherit, "/somewhere", uid: 1, gid: 2);
        _supervisor.AddProcess("two", ["two"]);
        Assert.Empty(_reactor.Processes);

        _supervisor.Start();
        _supervisor.Start();

        Assert.Equal(2, _reactor.Processes.Count);
        MemoryProcess one = _reactor.Processes[0];
        Assert.Equal(("/bin/one", "/somewhere", 1u, 2u), (one.Executable, one.Path, one.Uid, one.Gid));
        Assert.Equal(["/bin/one", "-x"], one.Args);
        Assert.Equal(ProcessEnvironment.Inherit, one.Env);
        Assert.Equal((one.Pid, Last.Pid), (_supervisor.PidOf("one"), _supervisor.PidOf("two")));
        Assert.Equal(["one", "two"], _supervisor.Names);
        Assert.True(_supervisor.IsRunning);
    }

    [Fact]
    public void AddProcess_Running_StartsIt()
    {
        _supervisor.Start();

        _supervisor.AddProcess("one", ["one"]);

        Assert.Single(_reactor.Processes);
    }

    [Fact]
    public void AnyCall_WrongNameOrArguments_Throws()
    {
        _supervisor.AddProcess("one", ["one"]);

        Assert.Throws<ArgumentException>(() => _supervisor.AddProcess("one", ["one"]));
        Assert.Throws<ArgumentException>(() => _supervisor.AddProcess("two", []));
        Assert.All<Action>(
            [() => _supervisor.RemoveProcess("two"), () => _supervisor.StartProcess("two"), () => _supervisor.StopProcess("two"), () => _supervisor.RestartProcess("two"), () => _supervisor.PidOf("two")],
            call => Assert.Throws<KeyNotFoundException>(call));
        Assert.Throws<ArgumentOutOfRangeException>(() => _supervisor.KillTime = TimeSpan.FromSeconds(-1));
    }

    [Fact]
    public void Ended_AfterTheThreshold_StartsAgainAtOnce()
    {
        StartOne();
        Advance(2);

        Last.Exit(1);
        Advance(0);

        Assert.Equal(2, _reactor.Processes.Count);
    }

    [Fact]
    public void Ended_TooSoon_StartsAgainEverLater()
    {
        _supervisor.MaxRestartDelay = TimeSpan.FromSeconds(5);
        StartOne();
        foreach (int delay in new[] { 1, 2, 4, 5, 5 })
        {
            int before = _reactor.Processes.Count;
            Last.Exit(1);
            _reactor.Advance(TimeSpan.FromSeconds(delay) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(before, _reactor.Processes.Count);
            _reactor.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(before + 1, _reactor.Processes.Count);
        }

        // One that has lived long enough begins anew.
        Advance(2);
        Last.Exit(1);
        Advance(0);
        int count = _reactor.Processes.Count;
        Last.Exit(1);
        Advance(1);
        Assert.Equal(count + 1, _reactor.Processes.Count);
    }

    [Fact]
    public void CannotStart_IsLoggedAndTriedAgainEverLater()
    {
        _reactor.SpawnFailure = new SpawnException("one", "not there");

        StartOne();
        Advance(1);
        Advance(2);

        Assert.Equal(3, _log.Take().Count(record => record.Level == LogLevel.Error));
        Assert.Null(_supervisor.PidOf("one"));
        _reactor.SpawnFailure = null;
        Advance(4);
        Assert.Single(_reactor.Processes);
    }

    [Fact]
    public void StopProcess_Ends_StaysDownUntilItIsStarted()
    {
        StartOne();

        _supervisor.StopProcess("one");
        Assert.Equal([SIGTERM], Last.Signals);
        Last.Kill(SIGTERM);
        Advance(1_000);
        Assert.Single(_reactor.Processes);

        _supervisor.StartProcess("one");
        Assert.Equal(2, _reactor.Processes.Count);
        _supervisor.StartProcess("one"); // It runs.
        Assert.Equal(2, _reactor.Processes.Count);
    }

    [Fact]
    public void StopProcess_DoesNotEnd_IsKilledAfterItsTime()
    {
        StartOne();

        _supervisor.StopProcess("one");
        _supervisor.StopProcess("one");
        Advance(4);
        Assert.Equal([SIGTERM], Last.Signals);
        Advance(1);

        Assert.Equal([SIGTERM, SIGKILL], Last.Signals);
        Last.Kill(SIGKILL);
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact]
    public void StopProcess_WaitsToBeStartedAgain_IsNotStarted()
    {
        StartOne();
        Last.Exit(1);

        _supervisor.StopProcess("one");
        Advance(10);

        Assert.Single(_reactor.Processes);
    }

    [Fact]
    public void StartProcess_OnItsWayDown_StartsAgainWhenItHasEnded()
    {
        StartOne();
        _supervisor.StopProcess("one");

        _supervisor.StartProcess("one");
        Assert.Single(_reactor.Processes);
        Last.Kill(SIGTERM);
        Advance(0);

        Assert.Equal(2, _reactor.Processes.Count);
    }

    [Fact]
    public void StartProcess_WaitsToBeStartedAgain_StartsOnce()
    {
        StartOne();
        Last.Exit(1);

        _supervisor.StartProcess("one");
        Advance(10);

        Assert.Equal(2, _reactor.Processes.Count);
    }

    [Fact]
    public void RestartProcess_Running_StartsAgainWithoutDelay()
    {
        StartOne();

        _supervisor.RestartProcess("one");
        Assert.Equal([SIGTERM], Last.Signals);
        Last.Kill(SIGTERM);
        Advance(0);

        Assert.Equal(2, _reactor.Processes.Count);
        Assert.Empty(Last.Signals);
    }

    [Fact]
    public void RestartAll_SomeRunAndSomeDoNot_AllRunAnew()
    {
        StartOne();
        _supervisor.AddProcess("two", ["two"]);
        _supervisor.StopProcess("two");
        Last.Kill(SIGTERM);

        _supervisor.RestartAll();

        Assert.Equal([SIGTERM], _reactor.Processes[0].Signals);
        Assert.Equal(3, _reactor.Processes.Count);
    }

    [Fact]
    public void RemoveProcess_Running_IsStoppedAndForgotten()
    {
        StartOne();

        _supervisor.RemoveProcess("one");
        Last.Kill(SIGTERM);
        Advance(10);

        Assert.Single(_reactor.Processes);
        Assert.Empty(_supervisor.Names);
    }

    [Fact]
    public void StopAsync_Running_IsDoneWhenAllHaveEnded()
    {
        StartOne();
        _supervisor.AddProcess("two", ["two"]);

        Task stopping = _supervisor.StopAsync();
        Assert.Same(stopping, _supervisor.StopAsync());
        _reactor.Processes[0].Kill(SIGTERM);
        Assert.False(stopping.IsCompleted);
        _reactor.Processes[1].Exit(0);

        Assert.True(stopping.IsCompletedSuccessfully);
        Advance(10);
        Assert.Equal(2, _reactor.Processes.Count);
        Assert.True(_supervisor.StopAsync().IsCompletedSuccessfully);
        _supervisor.Start();
        Assert.Equal(4, _reactor.Processes.Count);
    }

    [Fact]
    public void StopAsync_RemovedBefore_WaitsForItsEnd()
    {
        StartOne();
        _supervisor.RemoveProcess("one");

        Task stopping = _supervisor.StopAsync();

        Assert.False(stopping.IsCompleted);
        Last.Kill(SIGTERM);
        Assert.True(stopping.IsCompletedSuccessfully);
    }

    [Fact]
    public void StopAsync_StartedAgainMeanwhile_IsDoneWhenThoseThatRanHaveEnded()
    {
        StartOne();
        _supervisor.AddProcess("two", ["two"]);

        Task stopping = _supervisor.StopAsync();
        _supervisor.Start();
        _reactor.Processes[0].Kill(SIGTERM);
        Advance(0);
        Assert.Equal(3, _reactor.Processes.Count); // The first runs anew before the second has ended.
        Assert.False(stopping.IsCompleted);
        _reactor.Processes[1].Kill(SIGTERM);

        Assert.True(stopping.IsCompletedSuccessfully);
        Advance(0);
        Assert.Equal(4, _reactor.Processes.Count);
    }

    [Fact]
    public void Output_IsLoggedLineByLine()
    {
        StartOne();

        Last.SendOutput(1, "one\ntw"u8);
        Last.SendOutput(2, "err\r\n"u8);
        Last.SendOutput(1, "o\n\nlast"u8);
        Last.SendOutput(2, new byte[20_000]);
        Last.Exit(3);

        string[] lines = [.. _log.Take().Select(record => record.Text)];
        Assert.Equal(["[one] one", "[one] err", "[one] two", "[one] "], lines[..4]);
        Assert.Equal(16_384 + "[one] ".Length, lines[4].Length);
        Assert.Contains(lines, line => line.Contains("exit code 3", StringComparison.Ordinal));
        Assert.Contains("[one] last", lines);
    }

    private void StartOne()
    {
        _supervisor.AddProcess("one", ["one"]);
        _supervisor.Start();
    }

    private void Advance(int seconds) => _reactor.Advance(TimeSpan.FromSeconds(seconds));
}
