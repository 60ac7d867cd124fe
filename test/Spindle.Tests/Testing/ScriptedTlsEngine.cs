using System.Buffers;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Spindle.Tls;

namespace Spindle.Tests.Testing;

/// <summary>An engine without secrets, which does at each step what the test has put there.</summary>
/// <remarks>
/// On the wire: "H" is the handshake, of which each side sends one; "D", a length and as many bytes are a record; "C" is close_notify;
/// "Q" asks for an answer, as a KeyUpdate does; anything else is garbage.
/// </remarks>
internal sealed class ScriptedTlsEngine(TlsRole role) : ITlsEngine
{
    /// <summary>How long an answer to "Q" is.</summary>
    public const int AnswerLength = 27;

    private readonly Queue<byte> _input = new();
    private readonly ArrayBufferWriter<byte> _output = new();
    private bool _hasSentHello;
    private bool _hasEnded;
    private bool _isClosed;

    public TlsRole Role => role;

    public int PendingOutput => _output.WrittenCount;

    public Exception? Failure { get; private set; }

    public X509Certificate2? PeerCertificate => null;

    public ReadOnlyMemory<byte> LocalCertificate => default;

    public TlsSessionInfo? Session { get; private set; }

    public Action? Resumed { get; set; }

    /// <summary>What writing fails with.</summary>
    public Exception? WriteFailure { get; set; }

    /// <summary>Whether it cannot write before it was fed.</summary>
    public bool WantsInputToWrite { get; set; }

    /// <summary>Whether the end of the handshake waits for <see cref="Resumed"/>.</summary>
    public bool WaitsForVerdict { get; set; }

    public SslProtocols Version { get; set; } = SslProtocols.Tls13;

    public int Disposals { get; private set; }

    public void Feed(ReadOnlySpan<byte> ciphertext)
    {
        WantsInputToWrite = false;
        foreach (byte each in ciphertext)
        {
            _input.Enqueue(each);
        }
    }

    public void FeedEnd() => _hasEnded = true;

    public TlsStatus Handshake()
    {
        if (!_hasSentHello)
        {
            _hasSentHello = true;
            _output.Write("H"u8);
        }

        if (Session is not null || Failure is not null)
        {
            return Failure is null ? TlsStatus.Done : TlsStatus.Failed;
        }

        if (_input.Count == 0)
        {
            return _hasEnded ? Fail(new TlsTruncatedException()) : TlsStatus.WantsInput;
        }

        if (_input.Peek() != 'H')
        {
            return Fail(new TlsException("no handshake"));
        }

        if (WaitsForVerdict)
        {
            return TlsStatus.WantsVerdict;
        }

        _input.Dequeue();
        Session = new TlsSessionInfo(Version, default, default, null, IsResumed: false);
        return TlsStatus.Done;
    }

    public TlsStatus Read(Span<byte> plaintext, out int count)
    {
        count = 0;
        while (!_isClosed && Failure is null)
        {
            if (_input.Count == 0)
            {
                return _hasEnded ? Fail(new TlsTruncatedException()) : TlsStatus.WantsInput;
            }

            switch ((char)_input.Dequeue())
            {
                case 'D':
                    count = _input.Dequeue();
                    for (int i = 0; i < count; i++)
                    {
                        plaintext[i] = _input.Dequeue();
                    }

                    return TlsStatus.Done;
                case 'C':
                    _isClosed = true;
                    break;
                case 'Q':
                    _output.Write(new byte[AnswerLength]);
                    break;
                default:
                    return Fail(new TlsException("garbage"));
            }
        }

        return Failure is null ? TlsStatus.Closed : TlsStatus.Failed;
    }

    public TlsStatus Write(ReadOnlySpan<byte> plaintext, out int count)
    {
        count = 0;
        if (WriteFailure is not null)
        {
            return Fail(WriteFailure);
        }

        if (WantsInputToWrite)
        {
            return TlsStatus.WantsInput;
        }

        count = Math.Min(plaintext.Length, byte.MaxValue);
        _output.Write([(byte)'D', (byte)count]);
        _output.Write(plaintext[..count]);
        return TlsStatus.Done;
    }

    public TlsStatus CloseOutput()
    {
        if (Failure is not null)
        {
            return TlsStatus.Failed;
        }

        _output.Write("C"u8);
        return TlsStatus.Done;
    }

    public TlsBuffer TakeOutput()
    {
        TlsBuffer output = default;
        output.Append(_output.WrittenSpan);
        _output.ResetWrittenCount();
        return output;
    }

    public int TakeRest(Span<byte> rest)
    {
        int count = 0;
        while (_isClosed && count < rest.Length && _input.TryDequeue(out byte each))
        {
            rest[count++] = each;
        }

        return count;
    }

    public void Dispose() => Disposals++;

    private TlsStatus Fail(Exception failure)
    {
        Failure = failure;
        return TlsStatus.Failed;
    }
}
