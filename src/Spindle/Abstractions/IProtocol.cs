namespace Spindle;

/// <summary>The user's side of one connection.</summary>
/// <remarks>
/// <para>
/// The calls come in this order: <see cref="MakeConnection"/> once, <see cref="DataReceived"/> any number of times,
/// <see cref="ConnectionLost"/> exactly once. An exception from the first two ends the connection, with it as the reason.
/// </para>
/// <para>Thread: the reactor's.</para>
/// </remarks>
public interface IProtocol
{
    /// <summary>The connection is there.</summary>
    void MakeConnection(ITransport transport);

    /// <summary>Bytes have come, in pieces of any size.</summary>
    /// <param name="data">Valid during the call only; copy what is needed later.</param>
    void DataReceived(ReadOnlySpan<byte> data);

    /// <summary>The connection is gone.</summary>
    /// <param name="reason">Why; <see cref="ConnectionDoneException"/> for an orderly end.</param>
    void ConnectionLost(Exception reason);
}
