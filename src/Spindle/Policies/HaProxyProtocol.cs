using System.Buffers;
using System.Net;
using Spindle.Loops;

namespace Spindle.Policies;

/// <summary>One connection of a <see cref="HaProxyFactory"/>: reads the header, then stands in front of the protocol.</summary>
internal sealed class HaProxyProtocol(HaProxyFactory factory) : ProtocolWrapper(factory)
{
    private DelayedCall? _call; // The time for the header; afterwards the delivery of the rest.
    private ArrayBufferWriter<byte>? _begun; // A header that came in pieces.
    private byte[]? _rest; // Came with the header while the protocol had paused.
    private ProxyHeader _header;
    private bool _isHeaderOver;
    private bool _isPaused;
    private bool _isClosing;

    public override string LogPrefix => WrappedProtocol is null && !_isHeaderOver ? PrefixOf(factory.WrappedFactory) : base.LogPrefix;

    public override EndPoint GetPeer() => _header.Source ?? base.GetPeer();

    public override EndPoint GetHost() => _header.Destination ?? base.GetHost();

    public override void MakeConnection(ITransport transport)
    {
        TimeSpan limit = factory.Options.HeaderTimeout;
        if (limit != Timeout.InfiniteTimeSpan)
        {
            _call = factory.Reactor.CallLater(limit, () => Refuse(new InvalidProxyHeaderException(
                $"No whole PROXY header has come within {limit.TotalSeconds:0.###} s.")));
        }

        base.MakeConnection(transport);
    }

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        if (!_isHeaderOver)
        {
            ReadHeader(data);
        }
        else if (!_isClosing)
        {
            base.DataReceived(data);
        }
    }

    public override void ConnectionLost(Exception reason)
    {
        CancelCall();
        try
        {
            if (!_isHeaderOver && _begun is { WrittenCount: > 0 } begun)
            {
                _isHeaderOver = true;
                factory.Refuse(base.GetPeer(), new InvalidProxyHeaderException(
                    $"The connection ended within its PROXY header, after {begun.WrittenCount} bytes."));
            }
        }
        finally
        {
            base.ConnectionLost(reason);
        }
    }

    public override void LoseConnection()
    {
        _isClosing = true;
        base.LoseConnection();
    }

    public override void AbortConnection()
    {
        _isClosing = true;
        base.AbortConnection();
    }

    public override void StopProducing()
    {
        _isClosing = true;
        base.StopProducing();
    }

    public override void PauseProducing()
    {
        _isPaused = true;
        base.PauseProducing();
    }

    public override void ResumeProducing()
    {
        _isPaused = false;
        if (_rest is null)
        {
            base.ResumeProducing();
        }
        else
        {
            _call ??= factory.Reactor.CallLater(TimeSpan.Zero, DeliverRest); // Not within the user's call.
        }
    }

    private void ReadHeader(ReadOnlySpan<byte> data)
    {
        if (_begun is not null)
        {
            _begun.Write(data);
            data = _begun.WrittenSpan;
        }

        int length;
        try
        {
            if (!ProxyHeader.TryRead(data, factory.Options.MaxHeaderLength, out _header, out length))
            {
                if (_begun is null)
                {
                    _begun = new ArrayBufferWriter<byte>(ProxyHeader.MaxLengthOfVersion1);
                    _begun.Write(data);
                }

                return;
            }
        }
        catch (InvalidProxyHeaderException refusal)
        {
            Refuse(refusal);
            return;
        }

        _isHeaderOver = true;
        _begun = null;
        CancelCall();
        Open(data[length..]);
    }

    private void Open(ReadOnlySpan<byte> rest)
    {
        IProtocol? protocol = WrappedProtocol = factory.WrappedFactory.BuildProtocol(GetPeer());
        if (protocol is null)
        {
            LoseConnection();
            return;
        }

        protocol.MakeConnection(this);
        if (rest.IsEmpty || _isClosing)
        {
            return;
        }

        if (_isPaused)
        {
            _rest = rest.ToArray();
        }
        else
        {
            base.DataReceived(rest);
        }
    }

    private void DeliverRest()
    {
        _call = null;
        if (_isPaused || _isClosing || _rest is not { } rest)
        {
            return;
        }

        _rest = null;
        try
        {
            base.DataReceived(rest);
        }
        catch (Exception failure)
        {
            Fail(failure);
            throw; // The reactor logs it.
        }

        if (!_isPaused && !_isClosing)
        {
            base.ResumeProducing();
        }
    }

    private void Refuse(InvalidProxyHeaderException reason)
    {
        _isHeaderOver = true;
        _isClosing = true;
        _begun = null;
        CancelCall();
        try
        {
            factory.Refuse(base.GetPeer(), reason);
        }
        finally
        {
            base.AbortConnection();
        }
    }

    private void CancelCall()
    {
        if (_call is { IsActive: true })
        {
            _call.Cancel();
        }

        _call = null;
    }
}
