using System.Buffers;
using System.Text;

namespace Spindle.Testing;

/// <summary>A child process that does nothing: it notes what it is told, and the test has it write and end.</summary>
/// <remarks>
/// <example>
/// <code>
/// MemoryReactor reactor = new();
/// Task&lt;byte[]&gt; output = reactor.GetProcessOutput("date");
///
/// reactor.Processes[0].SendOutput(1, "today\n"u8);
/// reactor.Processes[0].Exit(0);
///
/// Assert.Equal("today\n"u8, await output);
/// </code>
/// </example>
/// <para>Thread: one; it has none of its own.</para>
/// </remarks>
public sealed class MemoryProcess : IProcessTransport
{
    private readonly Dictionary<int, ArrayBufferWriter<byte>> _written = [];
    private readonly SortedSet<int> _pipes = [];
    private readonly HashSet<int> _closing = [];
    private readonly List<int> _signals = [];
    private readonly Clock _clock;
    private Exception? _reason;

    internal MemoryProcess(int pid, Clock clock)
    {
        Pid = pid;
        _clock = clock;
    }

    /// <summary>What hears of the process, as it was given.</summary>
    public IProcessProtocol? Protocol { get; internal init; }

    /// <summary>What was to be run.</summary>
    public required string Executable { get; init; }

    /// <summary>The complete argument vector; empty if none was given.</summary>
    public IReadOnlyList<string> Args { get; internal init; } = [];

    /// <summary>The environment.</summary>
    public ProcessEnvironment Env { get; internal init; }

    /// <summary>The working directory, or null.</summary>
    public string? Path { get; internal init; }

    /// <summary>The user, or null.</summary>
    public uint? Uid { get; internal init; }

    /// <summary>The group, or null.</summary>
    public uint? Gid { get; internal init; }

    /// <summary>Whether it is on a terminal.</summary>
    public bool UsePty { get; internal init; }

    /// <summary>The descriptors, or null for the default.</summary>
    public IReadOnlyDictionary<int, ChildDescriptor>? ChildFDs { get; internal init; }

    /// <summary>The options, or null.</summary>
    public ProcessOptions? Options { get; internal init; }

    /// <inheritdoc/>
    public int? Pid { get; private set; }

    /// <summary>The signals that it was sent, in order. None of them does anything.</summary>
    public IReadOnlyList<int> Signals => _signals;

    /// <summary>The pipes that are open, by the process's numbers.</summary>
    public IReadOnlyCollection<int> OpenPipes => _pipes;

    /// <summary>Whether reading is paused.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>The producer of standard input, or null.</summary>
    public IPullProducer? Producer { get; private set; }

    /// <summary>The size that the terminal was given last, or null.</summary>
    public TerminalSize? TerminalSize { get; private set; }

    /// <summary>What was written to its standard input, as text in UTF-8.</summary>
    public string WrittenText => Encoding.UTF8.GetString(WrittenTo(0));

    /// <summary>What was written to one of its descriptors; valid until the next write.</summary>
    public ReadOnlySpan<byte> WrittenTo(int childFD) => _written.TryGetValue(childFD, out ArrayBufferWriter<byte>? written) ? written.WrittenSpan : [];

    /// <summary>Has it write something. A pipe that the protocol has closed is told of in the next <see cref="MemoryReactor.Advance"/>.</summary>
    /// <param name="childFD">1 for standard output, 2 for standard error.</param>
    /// <param name="data">What.</param>
    public void SendOutput(int childFD, ReadOnlySpan<byte> data) => Protocol?.ChildDataReceived(childFD, data);

    /// <summary>Has it close one of its pipes.</summary>
    public void ClosePipe(int childFD)
    {
        if (_pipes.Remove(childFD))
        {
            Protocol?.ChildConnectionLost(childFD);
            EndIfOver();
        }
    }

    /// <summary>Has it exit: its pipes are closed, then it is gone.</summary>
    public void Exit(int exitCode) => End(exitCode == 0 ? new ProcessDoneException() : new ProcessTerminatedException(exitCode, null, exitCode << 8));

    /// <summary>Has it be ended by a signal.</summary>
    public void Kill(int signal) => End(new ProcessTerminatedException(null, signal, signal));

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (UsePty || (_pipes.Contains(0) && !_closing.Contains(0)))
        {
            Append(0, data);
        }
    }

    /// <inheritdoc/>
    public void Write(in ReadOnlySequence<byte> data) => Write(data.ToArray());

    /// <inheritdoc/>
    public void WriteToChild(int childFD, ReadOnlySpan<byte> data)
    {
        ThrowIfPty();
        if (!_pipes.Contains(childFD))
        {
            throw new KeyNotFoundException($"There is no open pipe to the process's descriptor {childFD} that could be written to.");
        }

        Append(childFD, data);
    }

    /// <inheritdoc/>
    public void CloseStdin() => CloseOurs(0);

    /// <inheritdoc/>
    public void CloseStdout() => CloseOurs(1);

    /// <inheritdoc/>
    public void CloseStderr() => CloseOurs(2);

    /// <inheritdoc/>
    public void CloseChildFD(int childFD)
    {
        ThrowIfPty();
        CloseOurs(childFD);
    }

    /// <inheritdoc/>
    public void LoseConnection()
    {
        CloseStdin();
        CloseStderr();
        CloseStdout();
    }

    /// <inheritdoc/>
    public void SignalProcess(string name) => SignalProcess(name switch
    {
        "HUP" => 1,
        "INT" => 2,
        "KILL" => 9,
        "TERM" => 15,
        "STOP" => 19,
        _ => throw new ArgumentException($"\"{name}\" is not the name of a signal here.", nameof(name)),
    });

    /// <inheritdoc/>
    public void SignalProcess(int signal)
    {
        if (_reason is not null)
        {
            throw new ProcessExitedAlreadyException();
        }

        _signals.Add(signal);
    }

    /// <inheritdoc/>
    public void SignalProcessGroup(int signal) => SignalProcess(signal);

    /// <inheritdoc/>
    public void ResizeTerminal(TerminalSize size) => TerminalSize = UsePty ? size : throw new NotSupportedException("The process has pipes and no terminal.");

    /// <inheritdoc/>
    public void RegisterProducer(IPullProducer producer, bool streaming)
    {
        ArgumentNullException.ThrowIfNull(producer);
        Producer = Producer is null ? producer : throw new InvalidOperationException($"Cannot register {producer}: {Producer} was not unregistered.");
        if (!streaming)
        {
            producer.ResumeProducing();
        }
    }

    /// <inheritdoc/>
    public void UnregisterProducer() => Producer = null;

    /// <inheritdoc/>
    public void PauseProducing() => IsPaused = true;

    /// <inheritdoc/>
    public void ResumeProducing() => IsPaused = false;

    /// <inheritdoc/>
    public void StopProducing() => LoseConnection();

    internal void Connect(IEnumerable<int> pipes)
    {
        _pipes.UnionWith(pipes);
        Protocol?.MakeConnection(this);
    }

    // As the real one does: within the call nobody is told.
    private void CloseOurs(int childFD)
    {
        if (!UsePty && _pipes.Contains(childFD) && _closing.Add(childFD))
        {
            _clock.CallLater(TimeSpan.Zero, () => ClosePipe(childFD));
        }
    }

    private void End(Exception reason)
    {
        if (_reason is not null)
        {
            throw new InvalidOperationException("The process has ended already.");
        }

        foreach (int childFD in _pipes.ToArray())
        {
            ClosePipe(childFD);
        }

        Pid = null;
        _reason = reason;
        Protocol?.ProcessExited(reason);
        EndIfOver();
    }

    private void EndIfOver()
    {
        if (_reason is not null && _pipes.Count == 0)
        {
            Protocol?.ProcessEnded(_reason);
        }
    }

    private void Append(int childFD, ReadOnlySpan<byte> data)
    {
        if (!_written.TryGetValue(childFD, out ArrayBufferWriter<byte>? written))
        {
            _written[childFD] = written = new ArrayBufferWriter<byte>();
        }

        written.Write(data);
    }

    private void ThrowIfPty()
    {
        if (UsePty)
        {
            throw new NotSupportedException("The process is on a terminal, which has no single descriptors.");
        }
    }
}
