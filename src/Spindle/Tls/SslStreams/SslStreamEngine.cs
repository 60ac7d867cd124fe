using System.Buffers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Spindle.Tls.SslStreams;

/// <summary>
/// An <see cref="ITlsEngine"/> on <see cref="SslStream"/>. Its tasks are driven by hand: what they wait for is completed within a step, with no
/// synchronization context current, since otherwise their continuations would be pushed to the thread pool.
/// </summary>
internal sealed partial class SslStreamEngine : ITlsEngine
{
    private const int MostPlaintext = 16_384;
    private const int MostRenegotiations = 3;

    private readonly SslStreamBackend _backend;
    private readonly ITlsHost _host;
    private readonly FeedStream _wire = new();
    private readonly SslStream _stream;
    private Task? _handshake;
    private Task<int>? _read;
    private byte[]? _readBuffer; // While a read is pending.
    private SynchronizationContext? _context; // The caller's, for callbacks.
    private int _answers; // What was sent while reading, under TLS 1.2: refusals to renegotiate.
    private bool _hasLooked; // At the peer's first bytes.
    private bool _isDone;
    private bool _isClosed;
    private bool _isOutputClosed;
    private bool _isDisposed;

    /// <param name="backend">What it was made by.</param>
    /// <param name="host">What it works for.</param>
    public SslStreamEngine(SslStreamBackend backend, ITlsHost host)
    {
        _backend = backend;
        _host = host;
        _stream = new SslStream(_wire, leaveInnerStreamOpen: true);
    }

    public TlsRole Role => _backend.Configuration.Role;

    public int PendingOutput => _wire.PendingOutput;

    public Exception? Failure { get; private set; }

    public X509Certificate2? PeerCertificate { get; private set; }

    public ReadOnlyMemory<byte> LocalCertificate => _stream.LocalCertificate?.GetRawCertData() ?? default(ReadOnlyMemory<byte>);

    public TlsSessionInfo? Session { get; private set; }

    public Action? Resumed { get; set; }

    public void Feed(ReadOnlySpan<byte> ciphertext) => _wire.Feed(ciphertext);

    public void FeedEnd() => _wire.HasEnded = true;

    public TlsStatus Handshake()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isDone || Failure is not null)
        {
            return Failure is null ? TlsStatus.Done : TlsStatus.Failed;
        }

        if (_isChecking)
        {
            return TlsStatus.WantsVerdict;
        }

        if (_found is { } found)
        {
            return ConcludeHeld(found);
        }

        if (!_hasLooked && _wire.Waiting.Length > 0)
        {
            _hasLooked = true;
            if (NotTls.Recognize(_wire.Waiting) is { } notTls)
            {
                return Fail(notTls); // SslStream would wait for the end of what it takes for a record.
            }
        }

        SynchronizationContext? before = HideContext();
        try
        {
            _handshake ??= _backend.Authenticate(_stream, this);
            if (!Drive(_handshake))
            {
                return _wire.IsWanted ? TlsStatus.WantsInput : WaitElsewhere(_handshake);
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        if (_isDisposed)
        {
            return Fail(new ObjectDisposedException(nameof(SslStreamEngine))); // A callback did.
        }

        return _handshake.IsCompletedSuccessfully ? FinishHandshake() : Fail(Explain(_handshake.Exception!.InnerException!));
    }

    public TlsStatus Read(Span<byte> plaintext, out int count)
    {
        count = 0;
        if (!_isDone && Handshake() is var status and not TlsStatus.Done)
        {
            return status;
        }

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isClosed || Failure is not null)
        {
            return Failure is null ? TlsStatus.Closed : TlsStatus.Failed;
        }

        if (_read is null && !_wire.CanSupply)
        {
            return TlsStatus.WantsInput; // No read begins that could not end: a pending one would hold memory.
        }

        SynchronizationContext? before = HideContext();
        int writes = _wire.Writes;
        try
        {
            if (_read is null)
            {
                _readBuffer = ArrayPool<byte>.Shared.Rent(MostPlaintext);
                _read = _stream.ReadAsync(_readBuffer.AsMemory(0, Math.Min(MostPlaintext, plaintext.Length))).AsTask();
            }

            if (!Drive(_read))
            {
                return _wire.IsWanted ? TlsStatus.WantsInput : WaitElsewhere(_read);
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        _answers += Session!.Protocol == SslProtocols.Tls13 ? 0 : _wire.Writes - writes;
        return _answers > MostRenegotiations ? Fail(new TlsException("the peer asks to renegotiate over and over")) : FinishRead(plaintext, out count);
    }

    public TlsStatus Write(ReadOnlySpan<byte> plaintext, out int count)
    {
        count = 0;
        if (!_isDone && Handshake() is var status and not TlsStatus.Done)
        {
            return status;
        }

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Failure is not null)
        {
            return TlsStatus.Failed;
        }

        if (_isOutputClosed)
        {
            throw new InvalidOperationException("The end was said already: nothing can be written behind it.");
        }

        SynchronizationContext? before = HideContext();
        try
        {
            int length = Math.Min(plaintext.Length, MostPlaintext);
            _stream.Write(plaintext[..length]);
            count = length;
            return TlsStatus.Done;
        }
        catch (Exception exception)
        {
            return Fail(Explain(exception));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    public TlsStatus CloseOutput()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Failure is not null)
        {
            return TlsStatus.Failed;
        }

        if (_isOutputClosed || !_isDone)
        {
            return TlsStatus.Done;
        }

        _isOutputClosed = true;
        SynchronizationContext? before = HideContext();
        try
        {
            Task shutdown = _stream.ShutdownAsync(); // It only writes, which is complete at once.
            return shutdown.IsFaulted ? Fail(Explain(shutdown.Exception.InnerException!)) : TlsStatus.Done;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    public TlsBuffer TakeOutput() => _wire.TakeOutput();

    public int TakeRest(Span<byte> rest) => _isClosed ? _wire.TakeInput(rest) : 0;

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        Resumed = null;
        _stream.Dispose();
        _wire.Clear();
        PeerCertificate?.Dispose();
        if (_read is null && _readBuffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_readBuffer); // A pending read may still write to it.
        }
    }

    private SynchronizationContext? HideContext()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        _context = before;
        SynchronizationContext.SetSynchronizationContext(null);
        return before;
    }

    private bool Drive(Task task)
    {
        while (!task.IsCompleted && _wire.Supply())
        {
        }

        return task.IsCompleted;
    }

    /// <summary>Neither done nor waiting for input: some of it was pushed to another thread after all.</summary>
    private TlsStatus WaitElsewhere(Task task)
    {
        _ = task.ContinueWith(
            _ => _host.CallFromThread(() => Resumed?.Invoke()),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return TlsStatus.WantsVerdict;
    }

    private TlsStatus FinishRead(Span<byte> plaintext, out int count)
    {
        Task<int> read = _read!;
        byte[] buffer = _readBuffer!;
        _read = null;
        _readBuffer = null;
        count = 0;
        try
        {
            if (!read.IsCompletedSuccessfully)
            {
                return Fail(Explain(read.Exception!.InnerException!));
            }

            count = read.Result;
            buffer.AsSpan(0, count).CopyTo(plaintext);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (count > 0)
        {
            return TlsStatus.Done;
        }

        if (_wire.GaveEnd)
        {
            return Fail(new TlsTruncatedException());
        }

        _isClosed = true;
        return TlsStatus.Closed;
    }

    private TlsStatus Fail(Exception failure)
    {
        Failure = failure;
        return TlsStatus.Failed;
    }

    private Exception Explain(Exception exception)
    {
        if (_callbackFailure is not null || _refusal is not null)
        {
            return _callbackFailure ?? _refusal!;
        }

        if (_wire.PlainAlert is { } alert && !_isDone)
        {
            return SslReasons.RefusedBy(alert, exception);
        }

        if (_wire.GaveEnd)
        {
            return _isDone ? new TlsTruncatedException() : TlsTruncatedException.InHandshake(Role);
        }

        return SslReasons.Of(exception);
    }
}
