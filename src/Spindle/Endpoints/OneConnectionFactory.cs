using System.Net;
using Spindle.Descriptors;
using Spindle.Protocols;

namespace Spindle.Endpoints;

/// <summary>Stands in front of a user's factory for one attempt of a connector, and tells how it ends (EP-1 to EP-4).</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class OneConnectionFactory(IFactory factory, IConnectResult result) : IClientFactory, IHostedFactory
{
    private bool _isOver;
    private Exception? _buildFailure;

    public void UseOn(IFactoryHost host) => (factory as IHostedFactory)?.UseOn(host);

    public void DoStart() => factory.DoStart();

    public void DoStop() => factory.DoStop();

    public IProtocol? BuildProtocol(EndPoint address)
    {
        try
        {
            IProtocol? protocol = factory.BuildProtocol(address);
            if (protocol is not null)
            {
                return result.IsOver ? null : new Watcher(this, protocol); // It may have been cancelled meanwhile (EP-3).
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
        if (result.IsOver)
        {
            connector.StopConnecting(); // Cancelled while the factory was started: whoever cancelled knew no connector yet.
        }
    }

    public void ClientConnectionFailed(IConnector connector, Exception reason) => Fail(_buildFailure ?? reason);

    public void ClientConnectionLost(IConnector connector, Exception reason) => Fail(_buildFailure ?? reason);

    private void Succeed(IProtocol protocol)
    {
        if (!_isOver)
        {
            _isOver = true;
            result.Succeeded(protocol);
        }
    }

    private void Fail(Exception reason)
    {
        if (!_isOver)
        {
            _isOver = true;
            result.Failed(reason);
        }
    }

    /// <summary>Tells when the protocol's connection is made. The protocol keeps its abilities: transports look behind.</summary>
    private sealed class Watcher(OneConnectionFactory owner, IProtocol inner) : IProtocolWrapper, ILoggingContext
    {
        public string LogPrefix => inner is ILoggingContext context ? context.LogPrefix : inner.GetType().Name;

        public IProtocol WrappedProtocol => inner;

        public void MakeConnection(ITransport transport)
        {
            inner.MakeConnection(transport);
            owner.Succeed(inner);
        }

        public void DataReceived(ReadOnlySpan<byte> data) => inner.DataReceived(data);

        public void ConnectionLost(Exception reason) => inner.ConnectionLost(reason);
    }
}
