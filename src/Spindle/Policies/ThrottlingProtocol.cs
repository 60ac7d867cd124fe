using System.Buffers;

namespace Spindle.Policies;

/// <summary>One connection of a <see cref="ThrottlingFactory"/>: counts its bytes and pauses with the others.</summary>
internal sealed class ThrottlingProtocol(ThrottlingFactory factory, IProtocol wrapped) : ProtocolWrapper(factory, wrapped)
{
    private ThrottledProducer? _producer;
    private bool _isPausedByProtocol;
    private bool _isThrottled;

    public override void MakeConnection(ITransport transport)
    {
        base.MakeConnection(transport);
        if (factory.Reads is { IsClosed: true })
        {
            ThrottleReads(isClosed: true);
        }
    }

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        factory.Reads?.Count(data.Length);
        base.DataReceived(data);
    }

    public override void Write(ReadOnlySpan<byte> data)
    {
        factory.Writes?.Count(data.Length);
        base.Write(data);
    }

    public override void Write(in ReadOnlySequence<byte> data)
    {
        factory.Writes?.Count(data.Length);
        base.Write(in data);
    }

    public override void PauseProducing()
    {
        _isPausedByProtocol = true;
        base.PauseProducing();
    }

    public override void ResumeProducing()
    {
        _isPausedByProtocol = false;
        if (!_isThrottled)
        {
            base.ResumeProducing();
        }
    }

    public override void RegisterProducer(IPullProducer producer, bool streaming)
    {
        // What is wrong with a producer is for the transport to say.
        if (factory.Writes is not { } writes || producer is null || (streaming && producer is not IPushProducer))
        {
            base.RegisterProducer(producer!, streaming);
            return;
        }

        ThrottledProducer? previous = _producer;
        ThrottledProducer throttled = _producer = new ThrottledProducer(producer, streaming);
        try
        {
            if (writes.IsClosed && !streaming)
            {
                throttled.Throttle(isClosed: true); // The transport asks it for data within the call.
            }

            base.RegisterProducer(throttled, streaming);
        }
        catch
        {
            _producer = previous;
            throw;
        }

        if (writes.IsClosed && streaming && ReferenceEquals(_producer, throttled) && IsConnected)
        {
            throttled.Throttle(isClosed: true);
        }
    }

    public override void UnregisterProducer()
    {
        _producer = null;
        base.UnregisterProducer();
    }

    public override void ConnectionLost(Exception reason)
    {
        _producer = null;
        base.ConnectionLost(reason);
    }

    public void ThrottleReads(bool isClosed)
    {
        _isThrottled = isClosed;
        if (!IsConnected || IsDisconnecting || _isPausedByProtocol)
        {
            return;
        }

        if (isClosed)
        {
            Transport.PauseProducing();
        }
        else
        {
            Transport.ResumeProducing();
        }
    }

    public void ThrottleWrites(bool isClosed) => _producer?.Throttle(isClosed);

    public void ProducerFailed(Exception failure) => Fail(failure);
}
