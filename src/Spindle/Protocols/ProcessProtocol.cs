namespace Spindle;

/// <summary>A process protocol to derive from: override what you need.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocol.ProcessProtocol</c>.</para>
/// </remarks>
public abstract class ProcessProtocol : IProcessProtocol, ILoggingContext
{
    private IProcessTransport? _transport;

    /// <summary>The process. It stays after the end, when its members do nothing.</summary>
    /// <exception cref="InvalidOperationException">There is none yet.</exception>
    public IProcessTransport Transport => _transport ?? throw new InvalidOperationException("The protocol has no process yet.");

    /// <summary>The type's name.</summary>
    public virtual string LogPrefix => GetType().Name;

    /// <inheritdoc/>
    public virtual void MakeConnection(IProcessTransport transport)
    {
        _transport = transport;
        ConnectionMade();
    }

    /// <summary>The process runs.</summary>
    public virtual void ConnectionMade()
    {
    }

    /// <inheritdoc/>
    public virtual void ChildDataReceived(int childFD, ReadOnlySpan<byte> data)
    {
        switch (childFD)
        {
            case 1:
                OutReceived(data);
                break;
            case 2:
                ErrReceived(data);
                break;
        }
    }

    /// <summary>The process has written to its standard output.</summary>
    public virtual void OutReceived(ReadOnlySpan<byte> data)
    {
    }

    /// <summary>The process has written to its standard error.</summary>
    public virtual void ErrReceived(ReadOnlySpan<byte> data)
    {
    }

    /// <inheritdoc/>
    public virtual void ChildConnectionLost(int childFD)
    {
        switch (childFD)
        {
            case 0:
                InConnectionLost();
                break;
            case 1:
                OutConnectionLost();
                break;
            case 2:
                ErrConnectionLost();
                break;
        }
    }

    /// <summary>The process's standard input is closed.</summary>
    public virtual void InConnectionLost()
    {
    }

    /// <summary>The process's standard output is closed.</summary>
    public virtual void OutConnectionLost()
    {
    }

    /// <summary>The process's standard error is closed.</summary>
    public virtual void ErrConnectionLost()
    {
    }

    /// <inheritdoc/>
    public virtual void ProcessExited(Exception reason)
    {
    }

    /// <inheritdoc/>
    public virtual void ProcessEnded(Exception reason)
    {
    }
}
