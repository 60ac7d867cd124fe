using System.Net;
using Spindle.Descriptors;
using Spindle.Protocols;

namespace Spindle.Endpoints;

/// <summary>Stands in front of the protocol of a client's connection that is there as soon as it is asked for, and stops the factory at its end.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class ImmediateConnection : IProtocolWrapper, ILoggingContext
{
    private readonly IFactory _factory;

    private ImmediateConnection(IProtocol protocol, IFactory factory)
    {
        WrappedProtocol = protocol;
        _factory = factory;
    }

    public string LogPrefix => LogNames.Of(WrappedProtocol);

    public IProtocol WrappedProtocol { get; }

    /// <summary>Makes a connection; every failure comes through the task.</summary>
    /// <param name="reactor">The reactor.</param>
    /// <param name="factory">What the caller gave.</param>
    /// <param name="address">Where it goes.</param>
    /// <param name="connect">Makes the transport of a protocol.</param>
    /// <param name="cancellationToken">What the caller gave.</param>
    public static Task<IProtocol> Make(IReactorFDSet reactor, IFactory factory, EndPoint address, Action<IProtocol> connect, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromException<IProtocol>(new ConnectingCancelledException(address));
        }

        try
        {
            ArgumentNullException.ThrowIfNull(factory);
            if (reactor is IFactoryHost host)
            {
                (factory as IHostedFactory)?.UseOn(host);
            }

            factory.DoStart();
            try
            {
                IProtocol protocol = factory.BuildProtocol(address) ?? throw new NoProtocolException();
                connect(new ImmediateConnection(protocol, factory));
                return Task.FromResult(protocol);
            }
            catch
            {
                factory.DoStop();
                throw;
            }
        }
        catch (Exception failure)
        {
            return Task.FromException<IProtocol>(failure);
        }
    }

    public void MakeConnection(ITransport transport) => WrappedProtocol.MakeConnection(transport);

    public void DataReceived(ReadOnlySpan<byte> data) => WrappedProtocol.DataReceived(data);

    public void ConnectionLost(Exception reason)
    {
        try
        {
            WrappedProtocol.ConnectionLost(reason);
        }
        finally
        {
            _factory.DoStop();
        }
    }
}
