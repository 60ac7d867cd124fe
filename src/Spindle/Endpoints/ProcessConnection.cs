using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Spindle.Descriptors;
using Spindle.Processes;

namespace Spindle.Endpoints;

/// <summary>A process as the transport of a protocol, and that protocol as the process's (EP-6).</summary>
/// <param name="protocol">The protocol.</param>
/// <param name="address">The address of both ends.</param>
/// <param name="errors">Where standard error goes; null: nowhere.</param>
/// <param name="onEnd">Called last.</param>
/// <remarks>Thread: the reactor's.</remarks>
internal class ProcessConnection(IProtocol protocol, ProcessAddress address, ILogger? errors, Action onEnd) : ProcessProtocol, ITransport
{
    private readonly IHalfCloseable? _halfCloseable = protocol.FindAbility<IHalfCloseable>();
    private Exception? _failure; // Why it was aborted.
    private bool _isWriteClosing;
    private bool _isEnded;

    public override string LogPrefix => LogNames.Of(protocol);

    public bool IsDisconnecting { get; private set; }

    public EndPoint GetHost() => address;

    public EndPoint GetPeer() => address;

    public void Write(ReadOnlySpan<byte> data) => Transport.Write(data);

    public void Write(in ReadOnlySequence<byte> data) => Transport.Write(data);

    public void RegisterProducer(IPullProducer producer, bool streaming) => Transport.RegisterProducer(producer, streaming);

    public void UnregisterProducer() => Transport.UnregisterProducer();

    public void PauseProducing() => Transport.PauseProducing();

    public void ResumeProducing() => Transport.ResumeProducing();

    public void StopProducing() => LoseConnection();

    public void LoseConnection()
    {
        IsDisconnecting = !_isEnded;
        Transport.LoseConnection();
    }

    public virtual void LoseWriteConnection()
    {
        _isWriteClosing = true;
        Transport.CloseStdin();
    }

    public void AbortConnection()
    {
        if (!_isEnded)
        {
            Abort(new TransportAbortedException());
        }
    }

    public override void ConnectionMade() => Guard(() => protocol.MakeConnection(this));

    public override void OutReceived(ReadOnlySpan<byte> data)
    {
        try
        {
            protocol.DataReceived(data);
        }
        catch (Exception failure)
        {
            Abort(failure);
            throw;
        }
    }

    public override void ErrReceived(ReadOnlySpan<byte> data)
    {
        if (errors is not null)
        {
            ProcessLog.StandardError(errors, $"{LogPrefix},{address}", Encoding.UTF8.GetString(data).TrimEnd());
        }
    }

    public override void OutConnectionLost()
    {
        if (_halfCloseable is not null && !IsDisconnecting)
        {
            Guard(_halfCloseable.ReadConnectionLost);
        }
    }

    public override void InConnectionLost()
    {
        if (_halfCloseable is not null && _isWriteClosing && !IsDisconnecting)
        {
            Guard(_halfCloseable.WriteConnectionLost);
        }
    }

    public override void ProcessEnded(Exception reason)
    {
        _isEnded = true;
        IsDisconnecting = false;
        try
        {
            protocol.ConnectionLost(_failure ?? (reason is ProcessDoneException ? ConnectionDoneException.Instance : reason));
        }
        finally
        {
            onEnd();
        }
    }

    // What the protocol throws ends its connection, and is logged by whoever called.
    private void Guard(Action call)
    {
        try
        {
            call();
        }
        catch (Exception failure)
        {
            Abort(failure);
            throw;
        }
    }

    private void Abort(Exception failure)
    {
        _failure ??= failure;
        IsDisconnecting = true;
        try
        {
            Transport.SignalProcess("KILL");
        }
        catch (SpindleException)
        {
            // It is gone already.
        }

        Transport.LoseConnection();
    }
}
