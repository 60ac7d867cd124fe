using System.Buffers;
using Spindle.Protocols;

namespace Spindle;

/// <summary>A protocol that cuts what comes into messages: what all receivers share.</summary>
/// <remarks>
/// <para>
/// How the bytes were cut into pieces on their way makes no difference: the messages are the same. Nothing is delivered any
/// more once the connection is closing or has ended. What came after that is dropped.
/// </para>
/// <para>
/// In a message's handler everything may be done: pause, close, change the limit, hand more data to
/// <see cref="DataReceived"/>, which then comes after what is there. A handler is never called within another one.
/// </para>
/// <para>
/// It is a producer: pausing it stops the delivery at once, in the midst of what has come, and holds the peer back; resuming
/// it delivers what has come meanwhile, within the call. Registered with a consumer, it is paused while that one is full.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/basic.py</c>. All receivers can be paused and all stop when the connection is closing.</para>
/// </remarks>
public abstract class MessageReceiver : Protocol, IPushProducer, IEndingProducer, ILayerWatcher
{
    private const int MostOnStack = 512;

    /// <summary>What has come and was not delivered.</summary>
    internal InputBuffer Input = new();

    private int _maxLength;
    private ILayered? _changed; // A layer was started or stopped within a handler: what is left belongs to it.

    private protected MessageReceiver(int maxLength) => _maxLength = maxLength;

    /// <summary>How many bytes a message may have, without what marks its end or tells its length. A change counts from the next message on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxLength
    {
        get => _maxLength;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _maxLength = value;
        }
    }

    /// <summary>Whether the delivery is paused.</summary>
    public bool IsPaused { get; private set; }

    bool IEndingProducer.IsOver => IsOver;

    private protected bool CanDeliver => !IsPaused && _changed is null && !IsOver;

    /// <summary>Whether what is not delivered now never will be. A receiver that was given no connection takes what it is handed.</summary>
    private protected bool IsOver => TransportOrNull is { } transport && (!IsConnected || transport.IsDisconnecting);

    /// <summary>Whether raw data is wanted, in pieces of any size.</summary>
    private protected virtual bool TakesAnything => false;

    /// <summary>Begins anew: nothing is left of an earlier connection.</summary>
    public override void MakeConnection(ITransport transport)
    {
        Input.Clear();
        IsPaused = false;
        _changed = null;
        base.MakeConnection(transport);
    }

    /// <summary>Takes what came and delivers the messages that are whole. Within a handler it only takes.</summary>
    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        if (Input.IsLent)
        {
            Input.Append(data);
        }
        else if (!IsOver)
        {
            Process(data);
        }
    }

    /// <summary>Delivers nothing more and stops the transport's reading.</summary>
    public void PauseProducing()
    {
        IsPaused = true;
        Transport.PauseProducing();
    }

    /// <summary>Starts the transport's reading again and delivers what has come. What a handler throws ends the connection and reaches the caller.</summary>
    public void ResumeProducing()
    {
        IsPaused = false;
        Transport.ResumeProducing();
        if (Input.IsLent || IsOver)
        {
            return; // Whoever delivers now goes on by himself.
        }

        try
        {
            Process([]);
        }
        catch
        {
            Transport.AbortConnection(); // Not within DataReceived, where the transport would see to it.
            throw;
        }
    }

    /// <summary>Delivers nothing more and closes the connection.</summary>
    public void StopProducing()
    {
        IsPaused = true;
        Transport.StopProducing();
    }

    void ILayerWatcher.LayerChanged(ILayered transport)
    {
        if (Input.IsLent)
        {
            _changed = transport; // Not within the handler.
        }
        else
        {
            HandBack(transport);
        }
    }

    /// <summary>Delivers what can be delivered.</summary>
    private protected abstract void Deliver();

    /// <summary>Delivers raw data, before which there is nothing.</summary>
    private protected virtual void DeliverAnything(ReadOnlySpan<byte> data)
    {
    }

    /// <summary>Sends three pieces in one write.</summary>
    private protected void Send(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail)
    {
        int length = checked(head.Length + body.Length + tail.Length);
        byte[]? rented = length > MostOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> message = rented ?? stackalloc byte[MostOnStack];
        head.CopyTo(message);
        body.CopyTo(message[head.Length..]);
        tail.CopyTo(message[(head.Length + body.Length)..]);
        Transport.Write(message[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Process(ReadOnlySpan<byte> data)
    {
        // Raw data need not be copied to be handed on.
        bool isDirect = TakesAnything && CanDeliver && Input.IsEmpty && !data.IsEmpty;
        if (!isDirect)
        {
            Input.Append(data);
        }

        Input.Lend();
        try
        {
            if (isDirect)
            {
                DeliverAnything(data);
            }

            Deliver();
        }
        finally
        {
            Input.TakeBack();
        }

        if (_changed is { } transport)
        {
            _changed = null;
            HandBack(transport);
        }
    }

    // What came in the clear must never be taken for something protected: it was not delivered, so it is the handshake's.
    private void HandBack(ILayered transport)
    {
        byte[] rest = Input.Unread.ToArray();
        Input.Clear();
        if (rest.Length > 0)
        {
            transport.HandBack(rest);
        }
    }
}
