using System.Buffers;
using Spindle.Descriptors;
using Spindle.Streams;

namespace Spindle.Processes;

/// <summary>A child process with pipes.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/process.py</c>, <c>Process</c>.</para>
/// </remarks>
internal sealed class PipeProcess : ChildProcess
{
    private const int Stdin = 0;
    private const int Stdout = 1;
    private const int Stderr = 2;

    private readonly SortedDictionary<int, PipeEnd> _pipes = [];

    public PipeProcess(IDescriptorHost host, IProcessProtocol? protocol, int pid, int pidFd, bool leadsGroup, IEnumerable<ParentPipe> pipes)
        : base(host, protocol, pid, pidFd, leadsGroup)
    {
        foreach (ParentPipe pipe in pipes)
        {
            _pipes[pipe.ChildFD] = pipe.IsReading
                ? new ProcessReader(host, pipe.Fd, this, pipe.ChildFD)
                : new ProcessWriter(host, pipe.Fd, this, pipe.ChildFD);
        }
    }

    protected override bool IsClosed => _pipes.Count == 0;

    private PipeEnd? Input => _pipes.GetValueOrDefault(Stdin) as ProcessWriter;

    public override void Start()
    {
        base.Start();
        foreach (PipeEnd pipe in _pipes.Values)
        {
            pipe.Start();
        }
    }

    public override void Cancel()
    {
        base.Cancel();
        foreach (PipeEnd pipe in _pipes.Values)
        {
            pipe.Cancel();
        }
    }

    public override void Write(ReadOnlySpan<byte> data)
    {
        Host.EnsureAccess();
        Input?.Write(data);
    }

    public override void Write(in ReadOnlySequence<byte> data)
    {
        Host.EnsureAccess();
        Input?.Write(data);
    }

    public override void WriteToChild(int childFD, ReadOnlySpan<byte> data)
    {
        Host.EnsureAccess();
        if (!_pipes.TryGetValue(childFD, out PipeEnd? pipe) || pipe is not ProcessWriter)
        {
            throw new KeyNotFoundException($"There is no open pipe to the process's descriptor {childFD} that could be written to.");
        }

        pipe.Write(data);
    }

    public override void RegisterProducer(IPullProducer producer, bool streaming)
    {
        Host.EnsureAccess();
        ArgumentNullException.ThrowIfNull(producer);
        if (Input is { } input)
        {
            input.RegisterProducer(producer, streaming);
        }
        else
        {
            producer.StopProducing();
        }
    }

    public override void UnregisterProducer()
    {
        Host.EnsureAccess();
        Input?.UnregisterProducer();
    }

    public override void PauseProducing()
    {
        Host.EnsureAccess();
        foreach (ProcessReader reader in _pipes.Values.OfType<ProcessReader>())
        {
            reader.PauseProducing();
        }
    }

    public override void ResumeProducing()
    {
        Host.EnsureAccess();
        foreach (ProcessReader reader in _pipes.Values.OfType<ProcessReader>())
        {
            reader.ResumeProducing();
        }
    }

    public override void CloseStdin() => CloseChildFD(Stdin);

    public override void CloseStdout() => CloseChildFD(Stdout);

    public override void CloseStderr() => CloseChildFD(Stderr);

    public override void CloseChildFD(int childFD)
    {
        Host.EnsureAccess();
        _pipes.GetValueOrDefault(childFD)?.LoseConnection();
    }

    public override void LoseConnection()
    {
        CloseStdin();
        CloseStderr();
        CloseStdout();
    }

    public override void ResizeTerminal(TerminalSize size) => throw new NotSupportedException("The process has pipes and no terminal.");

    internal void PipeLost(int childFD)
    {
        _pipes.Remove(childFD);
        Host.Guard(this, static state => Tell(((PipeProcess, int))state!), (this, childFD));
        EndIfOver();
    }

    private static void Tell((PipeProcess Process, int ChildFD) lost) => lost.Process.Protocol.ChildConnectionLost(lost.ChildFD);
}
