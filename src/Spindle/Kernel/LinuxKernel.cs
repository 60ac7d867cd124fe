namespace Spindle.Kernel;

/// <inheritdoc cref="IKernel"/>
internal sealed class LinuxKernel : IKernel
{
    public LinuxKernel()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            throw new PlatformNotSupportedException("Spindle runs on 64-bit Linux (x64 and arm64, glibc) only.");
        }

        Epolls = new LinuxEpolls(Ledger);
        EventFds = new LinuxEventFds(Ledger);
        Files = new LinuxFiles(Ledger);
        Sockets = new LinuxSockets(Ledger);
        UnixSockets = new LinuxUnixSockets(Ledger);
        Processes = new LinuxProcesses(Ledger);
        Terminals = new LinuxTerminals(Ledger);
        SerialLines = new LinuxSerialLines(Ledger);
        FileWatches = new LinuxFileWatches(Ledger);
    }

    public IEpolls Epolls { get; }

    public IPolls Polls { get; } = new LinuxPolls();

    public ISelects Selects { get; } = new LinuxSelects();

    public IEventFds EventFds { get; }

    public IFiles Files { get; }

    public IPaths Paths { get; } = new LinuxPaths();

    public ISockets Sockets { get; }

    public IDatagrams Datagrams { get; } = new LinuxDatagrams();

    public IUnixSockets UnixSockets { get; }

    public IProcesses Processes { get; }

    public ITerminals Terminals { get; }

    public ISerialLines SerialLines { get; }

    public IFileWatches FileWatches { get; }

    public INameLookups NameLookups { get; } = new LinuxNameLookups();

    public ISignals Signals { get; } = new LinuxSignals();

    public IClock Clock { get; } = new LinuxClock();

    public IRandomness Randomness { get; } = new LinuxRandomness();

    public IWorkerThreads WorkerThreads { get; } = new LinuxWorkerThreads();

    public DescriptorLedger Ledger { get; } = new();
}
