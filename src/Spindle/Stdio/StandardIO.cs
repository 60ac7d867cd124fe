using System.Buffers;
using System.Net;
using Spindle.Descriptors;
using Spindle.Loops;

namespace Spindle.Stdio;

/// <summary>Standard input and output, or any two descriptors, as the transport of a protocol: pipes, files, terminals, sockets, /dev/null.</summary>
/// <remarks>
/// <para>
/// The end of standard input ends the connection when what was written is sent, unless the protocol is
/// <see cref="IHalfCloseable"/>: then it hears of that end, and goes on to write. It hears by
/// <see cref="IHalfCloseable.WriteConnectionLost"/> when nobody reads its output any more, too; any other protocol then reads on
/// until its input ends. When both sides have ended the connection has.
/// </para>
/// <para>
/// Standard output is closed when its side ends and standard input with the connection, so that whoever reads from this
/// process finds the end. The numbers 0, 1 and 2 are not given up: they stand for /dev/null from then on. Both descriptors get back
/// the blocking mode that they had, for it is shared with others. The original closes nothing and restores nothing.
/// </para>
/// <para>Descriptors that it is given are its own: nobody else may close them.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/_posixstdio.py</c>, <c>StandardIO</c>.</para>
/// </remarks>
public sealed class StandardIO : ITransport, IEndingProducer, ILoggingContext
{
    private readonly IDescriptorHost _host;
    private readonly StandardDescriptor _stdin;
    private readonly StandardDescriptor _stdout;
    private readonly StandardInput _input;
    private readonly StandardOutput _output;
    private readonly IHalfCloseable? _halfCloseable;
    private readonly TaskCompletionSource<Exception> _ended = new();
    private IPullProducer? _producer;
    private bool _isPaused;
    private bool _isFinishing;
    private bool _isAborting;
    private bool _isOver;

    /// <summary>Makes the connection and hands it to the protocol, which may be called within.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="stdin">What is read. Default 0.</param>
    /// <param name="stdout">What is written to; may be the same descriptor. Default 1.</param>
    /// <param name="reactor">The reactor; null for the one on the event loop that runs on this thread.</param>
    /// <exception cref="ArgumentException">A descriptor is not open, not for its direction, or in use by the reactor; or the reactor is not one of this library's.</exception>
    /// <exception cref="ObjectDisposedException">The reactor is disposed.</exception>
    /// <exception cref="SystemCallException">The kernel refuses to watch one.</exception>
    public StandardIO(IProtocol protocol, int stdin = 0, int stdout = 1, IReactorFDSet? reactor = null)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        _host = IDescriptorHost.Of(reactor, "Standard input and output need");
        Protocol = protocol;
        _halfCloseable = protocol.FindAbility<IHalfCloseable>();
        _stdin = new StandardDescriptor(_host.Kernel, stdin, nameof(stdin), forReading: true);
        _stdout = new StandardDescriptor(_host.Kernel, stdout, nameof(stdout), forReading: false);
        _input = new StandardInput(_host, stdin, this);
        _output = new StandardOutput(_host, stdout, this);
        Start();
        Guard(static state => ((StandardIO)state!).Protocol.MakeConnection((StandardIO)state), this);
    }

    /// <summary>The protocol.</summary>
    public IProtocol Protocol { get; }

    /// <summary>Done when the connection is over, with the reason that the protocol was told.</summary>
    public Task<Exception> Ended => _ended.Task;

    /// <summary>Why standard input ended before its time; null if it has not. A half-closeable protocol hears only that it has ended.</summary>
    public ConnectionLostException? ReadFailure { get; private set; }

    /// <summary>Why standard output ended before its time: its reader has closed, or its disk is full; null if it has not. A half-closeable protocol hears only that it has ended.</summary>
    public ConnectionLostException? WriteFailure { get; private set; }

    /// <summary>The protocol's prefix.</summary>
    public string LogPrefix => LogNames.Of(Protocol);

    /// <inheritdoc/>
    public bool IsDisconnecting { get; private set; }

    bool IEndingProducer.IsOver => IsDisconnecting || _isOver;

    /// <summary>Called last, on the reactor; must not throw.</summary>
    internal Action? WhenOver { get; set; }

    internal IDescriptorHost Host => _host;

    internal bool IsReading => !_isPaused && !IsDisconnecting && !_isOver;

    /// <summary>A pipe address.</summary>
    public EndPoint GetHost() => PipeAddress.Instance;

    /// <summary>A pipe address.</summary>
    public EndPoint GetPeer() => PipeAddress.Instance;

    /// <summary>Writes to standard output; dropped once that is closed.</summary>
    public void Write(ReadOnlySpan<byte> data) => _output.Write(data);

    /// <inheritdoc/>
    public void Write(in ReadOnlySequence<byte> data) => _output.Write(data);

    /// <summary>Has a producer feed standard output; when that is closed it is stopped at once.</summary>
    public void RegisterProducer(IPullProducer producer, bool streaming)
    {
        _output.RegisterProducer(producer, streaming);
        _producer = _output.IsConnected ? producer : null;
    }

    /// <inheritdoc/>
    public void UnregisterProducer()
    {
        _producer = null;
        _output.UnregisterProducer();
    }

    /// <summary>Stops reading standard input.</summary>
    public void PauseProducing()
    {
        _host.EnsureAccess();
        _isPaused = true;
        _input.PauseProducing();
    }

    /// <summary>Reads again, unless it is closing.</summary>
    public void ResumeProducing()
    {
        _host.EnsureAccess();
        if (!IsDisconnecting)
        {
            _isPaused = false;
            _input.ResumeProducing();
        }
    }

    /// <summary>As <see cref="LoseConnection"/>.</summary>
    public void StopProducing() => LoseConnection();

    /// <summary>Reads no more and closes when what was written is sent. Waits for a registered producer to finish.</summary>
    public void LoseConnection()
    {
        _host.EnsureAccess();
        if (_isOver || IsDisconnecting)
        {
            return;
        }

        IsDisconnecting = true;
        _input.PauseProducing();
        if (_output.IsConnected)
        {
            _output.LoseConnection();
        }
        else
        {
            End(ConnectionDoneException.Instance);
        }
    }

    /// <summary>Sends what was written, then closes standard output; reading goes on. <see cref="IHalfCloseable.WriteConnectionLost"/> follows.</summary>
    public void LoseWriteConnection() => _output.LoseWriteConnection();

    /// <summary>Drops what was written and closes; the reason, <see cref="TransportAbortedException"/>, is told in a later turn.</summary>
    public void AbortConnection()
    {
        _host.EnsureAccess();
        if (_isOver || _isAborting)
        {
            return;
        }

        _isAborting = true;
        IsDisconnecting = true;
        _input.PauseProducing();
        _output.Discard();
        _host.CallSoon(this, static state => ((StandardIO)state!).End(new TransportAbortedException()), this);
    }

    /// <summary>Closes before the reactor stops, as the protocol knows how. Each side asks for it.</summary>
    internal void LoseConnectionInGoodOrder()
    {
        if (Protocol.FindAbility<IFinishing>() is not { } finishing)
        {
            LoseConnection();
        }
        else if (!_isFinishing && !_isOver)
        {
            _isFinishing = true;
            Guard(static state => ((IFinishing)state!).Finish(), finishing);
        }
    }

    /// <summary>Standard input has ended, was given up by the reactor, or the protocol threw.</summary>
    internal void InputLost(Exception reason)
    {
        if (_isOver)
        {
            return;
        }

        ReadFailure = reason as ConnectionLostException;
        if (IsEndOfAll(reason))
        {
            End(reason);
        }
        else if (_halfCloseable is not null && !IsDisconnecting)
        {
            Guard(static state => ((IHalfCloseable)state!).ReadConnectionLost(), _halfCloseable);
            EndIfBothEnded();
        }
        else if (!IsDisconnecting)
        {
            EndAfterFlush(reason);
        }
    }

    /// <summary>Standard output is about to end: before its producer is stopped, which may end all.</summary>
    internal void OutputEnds(Exception reason)
    {
        if (!_isOver)
        {
            WriteFailure ??= reason as ConnectionLostException;
        }
    }

    /// <summary>Standard output has ended; the descriptor is closed.</summary>
    internal void OutputLost(Exception reason)
    {
        if (_isOver)
        {
            return;
        }

        if (IsDisconnecting || IsEndOfAll(reason))
        {
            End(reason);
        }
        else if (_halfCloseable is not null)
        {
            Guard(static state => ((IHalfCloseable)state!).WriteConnectionLost(), _halfCloseable);
            EndIfBothEnded();
        }
    }

    internal void ReleaseOutput()
    {
        _stdout.ShutDownWriting();
        if (_stdout.Fd == _stdin.Fd)
        {
            return; // There is one descriptor for both; it is closed at the end.
        }

        _stdout.Restore();
        _stdout.Close();
        if (!_isOver)
        {
            _ = _stdin.MakeNonBlocking(); // It may be the same open file, a terminal for example.
        }
    }

    // Later versions of the original take an unclean loss of a side as a clean one (STDIO-8). What the protocol threw, and
    // the end of the reactor, are no matter of one side.
    private bool IsEndOfAll(Exception reason) => reason is not ConnectionClosedException || _host.IsShutDown;

    private void Start()
    {
        try
        {
            ThrowIfRefused(_stdin.MakeNonBlocking());
            ThrowIfRefused(_stdout.MakeNonBlocking());
            _input.Start();
            if (_stdout.IsEndOfPipe)
            {
                _output.Start();
            }
            else
            {
                _output.StartUnwatched();
            }
        }
        catch
        {
            _isOver = true;
            _input.Cancel();
            _output.Cancel();
            _stdin.Restore();
            _stdout.Restore();
            throw;
        }
    }

    // A filter that is no half-closeable protocol must not lose its last lines because its input ended while its output was full.
    private void EndAfterFlush(Exception reason)
    {
        if (!_output.IsConnected || !_output.HasPendingData || reason is not ConnectionDoneException)
        {
            End(reason);
            return;
        }

        if (_producer is { } producer)
        {
            UnregisterProducer();
            _host.Guard(this, static state => ((IPullProducer)state!).StopProducing(), producer);
        }

        LoseConnection();
    }

    private void EndIfBothEnded()
    {
        if (!_isOver && _input.IsDisconnected && _output.IsDisconnected)
        {
            End(ConnectionDoneException.Instance);
        }
    }

    private void Guard(Action<object?> call, object state)
    {
        if (_host.Guard(this, call, state) is { } failure)
        {
            End(failure);
        }
    }

    private void End(Exception reason)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        IsDisconnecting = false;
        _input.ConnectionLost(reason);
        _output.ConnectionLost(reason);
        _stdin.Restore();
        _stdin.Close();
        _producer = null;
        _host.Guard(this, static state => TellEnd(((IProtocol, Exception))state!), (Protocol, reason));
        WhenOver?.Invoke();
        LoopTasks.Complete(_ended, reason);
    }

    private static void ThrowIfRefused(int result)
    {
        if (result < 0)
        {
            throw new SystemCallException("fcntl", -result);
        }
    }

    private static void TellEnd((IProtocol Protocol, Exception Reason) end) => end.Protocol.ConnectionLost(end.Reason);
}
