using System.Buffers;
using System.Text;
using Spindle.Loops;

namespace Spindle.Testing;

/// <summary>A protocol that keeps what it is told.</summary>
/// <remarks>
/// <para>Thread: that of its transport.</para>
/// <para>Source: Twisted's <c>internet/testing.py</c>, <c>AccumulatingProtocol</c>. What its factory is told there is <see cref="Made"/> here.</para>
/// </remarks>
public sealed class AccumulatingProtocol : Protocol
{
    private readonly ArrayBufferWriter<byte> _received = new();
    private readonly TaskCompletionSource _made = new();
    private readonly TaskCompletionSource<Exception> _lost = new();

    /// <summary>Done when the connection is made: for a test that waits for a reactor.</summary>
    public Task Made => _made.Task;

    /// <summary>Done when the connection has ended, with the reason: for a test that waits for a reactor.</summary>
    public Task<Exception> Lost => _lost.Task;

    /// <summary>How often it was connected; more than once is a fault of the transport.</summary>
    public int MadeCount { get; private set; }

    /// <summary>All that has come since <see cref="Clear"/>; valid until more comes.</summary>
    public ReadOnlySpan<byte> Received => _received.WrittenSpan;

    /// <summary>The same as text in UTF-8.</summary>
    public string ReceivedText => Encoding.UTF8.GetString(Received);

    /// <summary>In how many pieces everything came.</summary>
    public int Pieces { get; private set; }

    /// <summary>Why the connection ended; null while it has not.</summary>
    public Exception? LostReason { get; private set; }

    /// <summary>How often the end was told; more than once is a fault of the transport.</summary>
    public int LostCount { get; private set; }

    /// <summary>Forgets what has come.</summary>
    public void Clear() => _received.Clear();

    /// <summary>Takes what has come: returns it and forgets it.</summary>
    public byte[] TakeReceived()
    {
        byte[] received = Received.ToArray();
        Clear();
        return received;
    }

    /// <summary>The same as text in UTF-8.</summary>
    public string TakeReceivedText() => Encoding.UTF8.GetString(TakeReceived());

    /// <inheritdoc/>
    public override void ConnectionMade()
    {
        MadeCount++;
        LoopTasks.Complete(_made, failure: null);
    }

    /// <inheritdoc/>
    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        _received.Write(data);
        Pieces++;
    }

    /// <inheritdoc/>
    public override void ConnectionLost(Exception reason)
    {
        LostReason = reason;
        LostCount++;
        LoopTasks.Complete(_lost, reason);
    }
}
