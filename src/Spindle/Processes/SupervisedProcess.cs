using Spindle.Loops;

namespace Spindle.Processes;

/// <summary>One process of a <see cref="ProcessSupervisor"/>.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class SupervisedProcess(
    ProcessSupervisor supervisor,
    string name,
    string[] args,
    ProcessEnvironment env,
    string? path,
    uint? uid,
    uint? gid)
{
    private readonly LogLines _output = new(supervisor.Logger, name);
    private readonly LogLines _errors = new(supervisor.Logger, name);
    private Incarnation? _running;
    private DelayedCall? _restart;
    private DelayedCall? _kill;
    private TimeSpan _delay;
    private bool _isWanted;
    private bool _isRestarting; // It is being stopped to be started again.

    public int? Pid => _running?.Transport.Pid;

    public void Start()
    {
        _isWanted = true;
        if (_running is null)
        {
            Cancel(ref _restart);
            Spawn();
        }
        else if (_kill is not null)
        {
            _isRestarting = true; // It is on its way down.
        }
    }

    public void Stop()
    {
        _isWanted = false;
        _isRestarting = false;
        Cancel(ref _restart);
        Terminate();
    }

    public void Restart()
    {
        if (_running is null)
        {
            Start();
            return;
        }

        _isWanted = true;
        _isRestarting = true;
        Terminate();
    }

    private void Spawn()
    {
        Incarnation incarnation = new(this, supervisor.Time.Seconds());
        _running = incarnation;
        supervisor.Began(this);
        try
        {
            supervisor.Processes.SpawnProcess(incarnation, args[0], args, env, path, uid, gid);
        }
        catch (Exception failure) when (failure is SpindleException or ArgumentException)
        {
            ProcessLog.CannotStart(supervisor.Logger, name, failure);
            Ended(incarnation);
        }
    }

    private void Terminate()
    {
        if (_running is null || _kill is not null)
        {
            return;
        }

        if (TrySignal("TERM"))
        {
            _kill = supervisor.Time.CallLater(supervisor.KillTime, () => TrySignal("KILL"));
        }
    }

    private bool TrySignal(string signal)
    {
        try
        {
            _running?.Transport.SignalProcess(signal);
            return _running is not null;
        }
        catch (SpindleException)
        {
            return false; // It is gone already, and will be heard of.
        }
    }

    private void Ended(Incarnation incarnation)
    {
        Cancel(ref _kill);
        _output.Flush();
        _errors.Flush();
        _running = null;
        TimeSpan wait = TimeSpan.Zero;
        if (_isRestarting || supervisor.Time.Seconds() - incarnation.Started >= supervisor.Threshold)
        {
            _delay = TimeSpan.Zero;
        }
        else
        {
            wait = _delay = Longer(_delay);
        }

        _isRestarting = false;
        if (_isWanted)
        {
            _restart = supervisor.Time.CallLater(wait, () =>
            {
                _restart = null;
                Spawn();
            });
        }

        supervisor.Ended(this);
    }

    private TimeSpan Longer(TimeSpan delay)
    {
        TimeSpan twice = delay > supervisor.MaxRestartDelay / 2 ? supervisor.MaxRestartDelay : delay * 2;
        return twice < supervisor.MinRestartDelay ? supervisor.MinRestartDelay : twice;
    }

    private static void Cancel(ref DelayedCall? call)
    {
        if (call is { IsActive: true } active)
        {
            active.Cancel();
        }

        call = null;
    }

    /// <summary>One life of the process.</summary>
    private sealed class Incarnation(SupervisedProcess owner, TimeSpan started) : ProcessProtocol
    {
        public TimeSpan Started => started;

        public override void ConnectionMade() => Transport.CloseStdin();

        public override void OutReceived(ReadOnlySpan<byte> data) => owner._output.Add(data);

        public override void ErrReceived(ReadOnlySpan<byte> data) => owner._errors.Add(data);

        // Those that it has left behind may hold its pipes as long as they like.
        public override void ProcessExited(Exception reason)
        {
            ProcessLog.Ended(owner.Supervisor.Logger, owner.Name, reason.Message);
            Transport.LoseConnection();
        }

        public override void ProcessEnded(Exception reason) => owner.Ended(this);
    }

    private ProcessSupervisor Supervisor => supervisor;

    private string Name => name;
}
