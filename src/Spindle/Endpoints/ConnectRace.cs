using System.Net;
using Spindle.Loops;
using Spindle.Names;

namespace Spindle.Endpoints;

/// <summary>Attempts to connect to the addresses of one name, one after the other and side by side (EP-7 to EP-10).</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class ConnectRace(
    IReactorTime time,
    TimeSpan attemptDelay,
    Func<IPEndPoint, IConnectResult, IConnector> connect,
    IConnectResult result) : IResolutionReceiver
{
    private readonly Queue<IPEndPoint> _addresses = new();
    private readonly List<Attempt> _running = [];
    private IHostResolution? _resolution;
    private DelayedCall? _timer; // Starts the next one.
    private bool _isOver;

    public void Start(IHostnameResolver resolver, string name, int port) => resolver.ResolveHostName(this, name, port);

    /// <summary>Ends everything without a word.</summary>
    public void Stop()
    {
        _isOver = true;
        _resolution?.Cancel();
        StopTimer();
        foreach (Attempt attempt in _running.ToArray())
        {
            attempt.Connector?.Disconnect();
        }

        _running.Clear();
    }

    public void ResolutionBegan(IHostResolution resolution) => _resolution = resolution;

    public void AddressResolved(EndPoint address)
    {
        if (address is IPEndPoint known)
        {
            _addresses.Enqueue(known);
        }
    }

    public void ResolutionComplete()
    {
        IHostResolution? resolution = _resolution;
        _resolution = null; // Nothing is left of it to be cancelled.
        if (_addresses.Count == 0)
        {
            _isOver = true;
            result.Failed(AddressList.FailureOf(resolution));
            return;
        }

        StartNext();
    }

    private void StartNext()
    {
        StopTimer();
        while (!_isOver && _addresses.TryDequeue(out IPEndPoint? address))
        {
            Attempt attempt = new(this);
            _running.Add(attempt);
            if (attempt.TryStart(address))
            {
                break;
            }
        }

        if (!_isOver && _addresses.Count > 0)
        {
            _timer = time.CallLater(attemptDelay, StartNext);
        }
    }

    private IConnector Connect(IPEndPoint address, Attempt attempt) => connect(address, attempt);

    private void Won(Attempt winner, IProtocol protocol)
    {
        _running.Remove(winner);
        Stop();
        result.Succeeded(protocol);
    }

    private void Lost(Attempt loser, Exception reason, bool startsNext)
    {
        _running.Remove(loser);
        if (_isOver)
        {
            return;
        }

        if (_addresses.Count > 0)
        {
            if (startsNext)
            {
                StartNext();
            }
        }
        else if (_running.Count == 0)
        {
            _isOver = true;
            result.Failed(reason);
        }
    }

    private void StopTimer()
    {
        if (_timer is { IsActive: true })
        {
            _timer.Cancel();
        }

        _timer = null;
    }

    private sealed class Attempt(ConnectRace race) : IConnectResult
    {
        private bool _isStarting = true;
        private bool _isOver;

        public bool IsOver => _isOver || race._isOver;

        public IConnector? Connector { get; private set; }

        /// <returns>False if it is over already.</returns>
        public bool TryStart(IPEndPoint address)
        {
            try
            {
                Connector = race.Connect(address, this);
            }
            catch (Exception failure)
            {
                Failed(failure);
            }

            _isStarting = false;
            return !_isOver;
        }

        public void Succeeded(IProtocol protocol)
        {
            _isOver = true;
            race.Won(this, protocol);
        }

        public void Failed(Exception reason)
        {
            _isOver = true;
            race.Lost(this, reason, startsNext: !_isStarting);
        }
    }
}
