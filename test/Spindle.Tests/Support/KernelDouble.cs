using Spindle.Kernel;

namespace Spindle.Tests.Support;

/// <summary>The real kernel with some of its mechanisms exchanged.</summary>
internal sealed class KernelDouble(IKernel real) : IKernel
{
    public IEpolls Epolls { get; init; } = real.Epolls;

    public IPolls Polls { get; init; } = real.Polls;

    public ISelects Selects { get; init; } = real.Selects;

    public IEventFds EventFds { get; init; } = real.EventFds;

    public IFiles Files { get; init; } = real.Files;

    public IPaths Paths { get; init; } = real.Paths;

    public ISockets Sockets { get; init; } = real.Sockets;

    public IDatagrams Datagrams { get; init; } = real.Datagrams;

    public IUnixSockets UnixSockets { get; init; } = real.UnixSockets;

    public IProcesses Processes { get; init; } = real.Processes;

    public ITerminals Terminals { get; init; } = real.Terminals;

    public ISerialLines SerialLines { get; init; } = real.SerialLines;

    public IFileWatches FileWatches { get; init; } = real.FileWatches;

    public INameLookups NameLookups { get; init; } = real.NameLookups;

    public ISignals Signals { get; init; } = real.Signals;

    public IClock Clock { get; init; } = real.Clock;

    public IRandomness Randomness { get; init; } = real.Randomness;

    public IWorkerThreads WorkerThreads { get; init; } = real.WorkerThreads;

    public DescriptorLedger Ledger { get; } = real.Ledger;

    /// <summary>The real kernel, but every wait of every selector goes through <paramref name="waits"/>.</summary>
    public static KernelDouble With(IKernel real, ScriptedWaits waits) =>
        new(real) { Epolls = waits, Polls = waits, Selects = waits };

    /// <summary>The real kernel, but every change of a registration goes through <paramref name="changes"/>.</summary>
    public static KernelDouble With(IKernel real, ScriptedChanges changes) =>
        new(real) { Epolls = changes, Files = changes };
}
