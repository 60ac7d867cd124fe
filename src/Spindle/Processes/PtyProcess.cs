using System.Buffers;
using Spindle.Descriptors;

namespace Spindle.Processes;

/// <summary>A child process on a terminal.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/process.py</c>, <c>PTYProcess</c>.</para>
/// </remarks>
internal sealed class PtyProcess : ChildProcess
{
    private readonly TerminalEnd _master;

    public PtyProcess(IDescriptorHost host, IProcessProtocol protocol, int pid, int pidFd, int master)
        : base(host, protocol, pid, pidFd, leadsGroup: true) => _master = new TerminalEnd(host, master, this);

    protected override bool IsClosed => _master.IsDisconnected;

    public override void Start()
    {
        base.Start();
        _master.Start();
    }

    public override void Cancel()
    {
        base.Cancel();
        _master.Cancel();
    }

    public override void Write(ReadOnlySpan<byte> data) => _master.Write(data);

    public override void Write(in ReadOnlySequence<byte> data) => _master.Write(data);

    public override void RegisterProducer(IPullProducer producer, bool streaming) => _master.RegisterProducer(producer, streaming);

    public override void UnregisterProducer() => _master.UnregisterProducer();

    public override void PauseProducing() => _master.PauseProducing();

    public override void ResumeProducing() => _master.ResumeProducing();

    public override void CloseStdin() => Host.EnsureAccess();

    public override void CloseStdout() => Host.EnsureAccess();

    public override void CloseStderr() => Host.EnsureAccess();

    public override void CloseChildFD(int childFD) => throw Unsupported();

    public override void WriteToChild(int childFD, ReadOnlySpan<byte> data) => throw Unsupported();

    public override void LoseConnection() => _master.LoseConnection();

    public override void ResizeTerminal(TerminalSize size)
    {
        Host.EnsureAccess();
        if (_master.Fileno() < 0)
        {
            return;
        }

        int result = Host.Kernel.Terminals.SetSize(_master.Fileno(), size.Columns, size.Rows);
        if (result < 0)
        {
            throw new SystemCallException("ioctl", -result);
        }
    }

    private static NotSupportedException Unsupported() => new("The process is on a terminal, which has no single descriptors; use Write and LoseConnection.");
}
