using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <summary>Passes every call on to another kernel, writes it down, and fails those that its plan names.</summary>
/// <remarks>The clock is the other kernel's, and so are signals, names and threads unless a test exchanges them.</remarks>
internal sealed class FaultKernel : IKernel
{
    private readonly IKernel _inner;

    public FaultKernel(IKernel inner)
    {
        _inner = inner;
        Epolls = new FaultEpolls(inner.Epolls, Plan);
        Polls = new FaultPolls(inner.Polls, Plan);
        Selects = new FaultSelects(inner.Selects, Plan);
        EventFds = new FaultEventFds(inner.EventFds, Plan);
        Files = new FaultFiles(inner.Files, Plan);
        Paths = new FaultPaths(inner.Paths, Plan);
        Sockets = new FaultSockets(inner.Sockets, Plan);
        Datagrams = new FaultDatagrams(inner.Datagrams, Plan);
        UnixSockets = new FaultUnixSockets(inner.UnixSockets, Plan);
        Processes = new FaultProcesses(inner.Processes, Plan);
        Terminals = new FaultTerminals(inner.Terminals, Plan);
        SerialLines = inner.SerialLines;
        FileWatches = new FaultFileWatches(inner.FileWatches, Plan);
        Signals = inner.Signals;
        NameLookups = inner.NameLookups;
        WorkerThreads = inner.WorkerThreads;
    }

    public FaultPlan Plan { get; } = new();

    public IEpolls Epolls { get; }

    public IPolls Polls { get; }

    public ISelects Selects { get; }

    public IEventFds EventFds { get; }

    public IFiles Files { get; }

    public IPaths Paths { get; }

    public ISockets Sockets { get; }

    public IDatagrams Datagrams { get; }

    public IUnixSockets UnixSockets { get; }

    public IProcesses Processes { get; set; }

    public ITerminals Terminals { get; }

    public ISerialLines SerialLines { get; set; }

    public IFileWatches FileWatches { get; }

    public INameLookups NameLookups { get; set; }

    public ISignals Signals { get; set; }

    public IClock Clock => _inner.Clock;

    public IRandomness Randomness => _inner.Randomness;

    public IWorkerThreads WorkerThreads { get; set; }

    public DescriptorLedger Ledger => _inner.Ledger;
}
