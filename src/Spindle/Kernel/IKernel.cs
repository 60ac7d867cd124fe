namespace Spindle.Kernel;

/// <summary>Every call to the operating system, one small interface for each mechanism.</summary>
/// <remarks>
/// <para>
/// It is handed to the event loop and passed down from there; nothing above this room asks the system for anything
/// else. Calls take plain descriptor numbers and return a count or -errno; none of them throws. A test replaces it by
/// one that fails on purpose.
/// </para>
/// <para>Thread: any, unless a member says otherwise. Several loops may share one kernel.</para>
/// </remarks>
internal interface IKernel
{
    IEpolls Epolls { get; }

    IPolls Polls { get; }

    ISelects Selects { get; }

    IEventFds EventFds { get; }

    IFiles Files { get; }

    IPaths Paths { get; }

    ISockets Sockets { get; }

    IDatagrams Datagrams { get; }

    IUnixSockets UnixSockets { get; }

    IProcesses Processes { get; }

    ITerminals Terminals { get; }

    ISerialLines SerialLines { get; }

    IFileWatches FileWatches { get; }

    INameLookups NameLookups { get; }

    ISignals Signals { get; }

    IClock Clock { get; }

    IRandomness Randomness { get; }

    IWorkerThreads WorkerThreads { get; }

    /// <summary>The descriptors that this kernel made and that are still open, and the children that nobody has waited for.</summary>
    DescriptorLedger Ledger { get; }
}
