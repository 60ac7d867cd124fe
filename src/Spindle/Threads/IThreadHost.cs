namespace Spindle.Threads;

/// <summary>What waits for threads, and threads that wait, need to know of a reactor.</summary>
/// <remarks>Thread: any.</remarks>
internal interface IThreadHost
{
    /// <summary>Whether this is for certain the reactor's thread: false before it runs, since any might be.</summary>
    bool IsOnItsThread { get; }

    /// <summary>Cancelled when the reactor makes no call from a thread any more.</summary>
    CancellationToken CallsEnded { get; }

    /// <summary>Cancelled when its shutdown is over: nothing comes back from its threads any more.</summary>
    CancellationToken Ended { get; }
}
