using System.Net;
using Spindle.Descriptors;

namespace Spindle.Endpoints;

/// <summary>Stands in front of a datagram protocol, and keeps why it could not be connected.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class ConnectedDatagrams(IDatagramProtocol protocol) : IConnectedDatagramProtocol, ILoggingContext
{
    /// <summary>Why; null if nothing was in the way.</summary>
    public Exception? Failure { get; private set; }

    public string LogPrefix => LogNames.Of(protocol);

    public void MakeConnection(IDatagramTransport transport) => protocol.MakeConnection(transport);

    public void DatagramReceived(ReadOnlySpan<byte> data, EndPoint address) => protocol.DatagramReceived(data, address);

    public void ConnectionRefused() => protocol.ConnectionRefused();

    public void ConnectionFailed(Exception failure) => Failure = failure;

    public void DoStop() => protocol.DoStop();
}
