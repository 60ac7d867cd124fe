using Spindle.Kernel;
using Spindle.Loops;

namespace Spindle.Descriptors;

/// <summary>What descriptors, ports and connectors need of the reactor that they live on.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal interface IDescriptorHost : IReactorFDSet, IFactoryHost
{
    IKernel Kernel { get; }

    /// <summary>One for all connections: what a read brings is handed on before the next read.</summary>
    byte[] ReceiveBuffer { get; }

    SegmentPool Segments { get; }

    /// <summary>Whether the shutdown has begun: what begins now is not refused, but nothing serves it (CORE-43).</summary>
    bool IsShutDown { get; }

    /// <summary>Takes the reactor that a constructor was given, or else the one on the event loop that runs on this thread.</summary>
    /// <param name="reactor">The reactor, or null.</param>
    /// <param name="purpose">What needs it: "A terminal needs".</param>
    /// <exception cref="ArgumentException">It is none on descriptors.</exception>
    /// <exception cref="InvalidOperationException">This is not its thread.</exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    static IDescriptorHost Of(IReactorFDSet? reactor, string purpose)
    {
        reactor ??= Reactor.Current;
        IDescriptorHost host = reactor as IDescriptorHost
            ?? throw new ArgumentException($"{purpose} a reactor on descriptors; {reactor.GetType().Name} is none.", nameof(reactor));
        host.EnsureAccess();
        host.ThrowIfDisposed();
        return host;
    }

    /// <exception cref="InvalidOperationException">This is not the reactor's thread.</exception>
    void EnsureAccess();

    /// <exception cref="ObjectDisposedException">The reactor is disposed.</exception>
    void ThrowIfDisposed();

    void CallAtTurnEnd(ITurnEnd item);

    /// <summary>Makes a call in the next turn; the log names the owner if it fails.</summary>
    void CallSoon(ILoggingContext owner, Action<object?> callback, object? state);

    /// <summary>Looks a name up with the reactor's name resolver; completes on the loop.</summary>
    /// <returns>Addresses of both families, in the order in which to try them; fails with <see cref="DnsLookupException"/>.</returns>
    Task<System.Net.IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken);

    /// <summary>Whether <see cref="IReadDescriptor.DoRead"/> would be called if there is something to read.</summary>
    bool IsReading(IReadDescriptor reader);

    /// <summary>Calls <see cref="IWriteDescriptor.DoWrite"/> as the selector would have it called.</summary>
    void DispatchWrite(FileDescriptor descriptor);

    /// <summary>Takes part in the shutdown, watched or not (CORE-44).</summary>
    void AddLive(FileDescriptor descriptor);

    void RemoveLive(FileDescriptor descriptor);

    /// <summary>Closes a socket when what it has taken is with the peer.</summary>
    void CloseOnceDelivered(int fd);

    /// <summary>Takes part in the shutdown though nothing of it is watched now: a port that is stopping, an attempt that has not begun.</summary>
    void AddUnwatched(IFileDescriptor descriptor);

    void RemoveUnwatched(IFileDescriptor descriptor);

    /// <summary>Leaves a child that still runs to a thread that waits for its end, once the reactor has ended. The descriptor is the thread's then.</summary>
    void AbandonChild(int pid, int pidFd);

    /// <summary>Calls user code in a logging context; an exception is logged.</summary>
    /// <returns>The exception, or null.</returns>
    Exception? Guard(ILoggingContext owner, Action<object?> callback, object? state);
}
