using System.Buffers;
using System.Net;

namespace Spindle;

/// <summary>One end of a connection, as a protocol uses it.</summary>
/// <remarks>
/// <para>
/// As a producer it controls reading: <see cref="IPushProducer.PauseProducing"/> stops it, so that the kernel's buffers and
/// then the peer are held back. As a consumer it takes data and pauses its producer while more than 65,536 bytes wait (<see cref="TcpOptions.WriteHighWaterMark"/> for TCP).
/// </para>
/// <para>
/// It may be a wrapper of another transport: ask for abilities of its kind, <see cref="ITcpTransport"/> for example, with
/// <see cref="TransportAbilities.FindAbility{T}"/>.
/// </para>
/// <para>After the end every member is a harmless no-op; the addresses still answer.</para>
/// <para>Thread: the reactor's; another one gets an <see cref="InvalidOperationException"/>.</para>
/// <para>Source: Twisted's <c>ITransport</c>, <c>ITCPTransport</c>, <c>IConsumer</c> and <c>IPushProducer</c>.</para>
/// </remarks>
public interface ITransport : IConsumer, IPushProducer
{
    /// <summary>Sends several pieces of memory as one.</summary>
    void Write(in ReadOnlySequence<byte> data);

    /// <summary>Sends what was written, then closes; the reason is <see cref="ConnectionDoneException"/>. Waits for a registered producer to finish.</summary>
    void LoseConnection();

    /// <summary>Sends what was written, then closes the writing side; reading goes on.</summary>
    void LoseWriteConnection();

    /// <summary>Drops what was written and closes at once with a reset; the reason is <see cref="TransportAbortedException"/>, told in a later turn.</summary>
    void AbortConnection();

    /// <summary>This end's address.</summary>
    EndPoint GetHost();

    /// <summary>The other end's address.</summary>
    EndPoint GetPeer();

    /// <summary>True from <see cref="LoseConnection"/> on, while what was written is still being sent, and from <see cref="AbortConnection"/> on.</summary>
    bool IsDisconnecting { get; }
}
