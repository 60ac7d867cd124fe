using System.Net;
using Spindle.Loops;

namespace Spindle.Endpoints;

/// <summary>Turns one attempt of a connector into a task (EP-1 to EP-3).</summary>
/// <remarks>Thread: the reactor's; the token may be cancelled on any.</remarks>
internal sealed class OneConnectionFactory(IFactory factory) : IClientFactory
{
    private readonly TaskCompletionSource<IProtocol> _result = new();
    private readonly SynchronizationContext? _home = SynchronizationContext.Current;
    private CancellationTokenRegistration _cancellation;
    private Exception? _buildFailure;

    public Task<IProtocol> Result => _result.Task;

    public void CancelWith(IConnector connector, CancellationToken token)
    {
        if (!token.CanBeCanceled)
        {
            return;
        }

        _cancellation = token.Register(() =>
        {
            // A token may be cancelled on any thread; the connector belongs to the reactor's.
            if (_home is null || SynchronizationContext.Current == _home)
            {
                Cancel(connector);
            }
            else
            {
                _home.Post(_ => Cancel(connector), null);
            }
        });
    }

    public void DoStart() => factory.DoStart();

    public void DoStop() => factory.DoStop();

    public IProtocol? BuildProtocol(EndPoint address)
    {
        try
        {
            IProtocol? protocol = factory.BuildProtocol(address);
            if (protocol is not null)
            {
                return new Watcher(this, protocol).AsProtocol();
            }

            _buildFailure = new NoProtocolException();
            return null;
        }
        catch (Exception failure)
        {
            _buildFailure = failure;
            throw;
        }
    }

    public void StartedConnecting(IConnector connector)
    {
    }

    public void ClientConnectionFailed(IConnector connector, Exception reason) => Fail(_buildFailure ?? reason);

    public void ClientConnectionLost(IConnector connector, Exception reason) => Fail(_buildFailure ?? reason);

    private void Cancel(IConnector connector)
    {
        if (!_result.Task.IsCompleted)
        {
            Fail(new ConnectingCancelledException(connector.GetDestination()));
            connector.Disconnect();
        }
    }

    private void Succeed(IProtocol protocol)
    {
        _cancellation.Dispose();
        LoopTasks.Complete(_result, protocol);
    }

    private void Fail(Exception reason)
    {
        _cancellation.Dispose();
        LoopTasks.Fail(_result, reason);
    }

    /// <summary>Tells when the protocol's connection is made. It stands in front of the protocol, with the abilities that the protocol has.</summary>
    private class Watcher(OneConnectionFactory owner, IProtocol inner) : IProtocol, ILoggingContext
    {
        public string LogPrefix => Inner is ILoggingContext context ? context.LogPrefix : Inner.GetType().Name;

        protected IProtocol Inner { get; } = inner;

        public IProtocol AsProtocol() => Inner is IHalfCloseable ? new HalfCloseableWatcher(owner, Inner) : this;

        public void MakeConnection(ITransport transport)
        {
            Inner.MakeConnection(transport);
            owner.Succeed(Inner);
        }

        public void DataReceived(ReadOnlySpan<byte> data) => Inner.DataReceived(data);

        public void ConnectionLost(Exception reason) => Inner.ConnectionLost(reason);
    }

    private sealed class HalfCloseableWatcher(OneConnectionFactory owner, IProtocol inner) : Watcher(owner, inner), IHalfCloseable
    {
        public void ReadConnectionLost() => ((IHalfCloseable)Inner).ReadConnectionLost();

        public void WriteConnectionLost() => ((IHalfCloseable)Inner).WriteConnectionLost();
    }
}
