using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Reactors;

namespace Spindle;

/// <summary>The reactor: callback protocols on an event loop that <c>await</c> code shares.</summary>
/// <remarks>
/// <para>Thread: its loop's once it runs; before, any one thread. <see cref="ReactorBase.CallFromThread"/> is the way in from others.</para>
/// <para>Source: Twisted's <c>internet/asyncioreactor.py</c>, <c>AsyncioSelectorReactor</c>.</para>
/// </remarks>
public sealed class AsyncSelectorReactor : PosixReactorBase
{
    private readonly DescriptorSet _descriptors;

    /// <summary>Makes a reactor on the loop that runs on this thread, else on one of its own.</summary>
    public AsyncSelectorReactor()
        : this(Spindle.EventLoop.Current as SelectorEventLoop)
    {
    }

    /// <summary>Makes a reactor on a loop of its own.</summary>
    public AsyncSelectorReactor(EventLoopOptions options)
        : this(new SelectorEventLoop(options), ownsLoop: true)
    {
    }

    /// <summary>Makes a reactor on a given loop, which it never closes.</summary>
    /// <exception cref="ArgumentException">The loop is not one on a selector.</exception>
    /// <exception cref="InvalidOperationException">The loop has a reactor already, or runs in another thread.</exception>
    /// <exception cref="ObjectDisposedException">The loop is closed.</exception>
    public AsyncSelectorReactor(IEventLoop loop)
        : this(OnSelector(loop), ownsLoop: false)
    {
    }

    internal AsyncSelectorReactor(EventLoopOptions options, IKernel kernel)
        : this(new SelectorEventLoop(options, kernel), ownsLoop: true)
    {
    }

    private AsyncSelectorReactor(SelectorEventLoop? current)
        : this(current ?? new SelectorEventLoop(), ownsLoop: current is null)
    {
    }

    private AsyncSelectorReactor(SelectorEventLoop loop, bool ownsLoop)
        : base(loop, ownsLoop)
    {
        loop.ClaimForReactor(this);
        _descriptors = new DescriptorSet(loop, Context, CallLater);
    }

    /// <inheritdoc/>
    public override void AddReader(IReadDescriptor reader)
    {
        EnsureAccess();
        ThrowIfDisposed();
        _descriptors.AddReader(reader);
    }

    /// <inheritdoc/>
    public override void AddWriter(IWriteDescriptor writer)
    {
        EnsureAccess();
        ThrowIfDisposed();
        _descriptors.AddWriter(writer);
    }

    /// <inheritdoc/>
    public override void RemoveReader(IReadDescriptor reader)
    {
        EnsureAccess();
        _descriptors.RemoveReader(reader);
    }

    /// <inheritdoc/>
    public override void RemoveWriter(IWriteDescriptor writer)
    {
        EnsureAccess();
        _descriptors.RemoveWriter(writer);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IReadDescriptor> GetReaders()
    {
        EnsureAccess();
        return [.. _descriptors.Readers.Where(reader => reader is not IInternalDescriptor)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IWriteDescriptor> GetWriters()
    {
        EnsureAccess();
        IEnumerable<IWriteDescriptor> watched = _descriptors.Writers.Where(writer => writer is not FileDescriptor { IsFlushed: true });
        return [.. watched.Union<IWriteDescriptor>(Live.Where(transport => transport.HasPendingData), ReferenceEqualityComparer.Instance)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IFileDescriptor> RemoveAll()
    {
        IFileDescriptor[] all = [.. GetReaders().Concat<IFileDescriptor>(GetWriters()).Distinct<IFileDescriptor>(ReferenceEqualityComparer.Instance)];
        foreach (IFileDescriptor descriptor in all)
        {
            if (descriptor is IReadDescriptor reader)
            {
                _descriptors.RemoveReader(reader);
            }

            if (descriptor is IWriteDescriptor writer)
            {
                _descriptors.RemoveWriter(writer);
            }
        }

        return all;
    }

    private static SelectorEventLoop OnSelector(IEventLoop loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        return loop as SelectorEventLoop
            ?? throw new ArgumentException($"A {nameof(SelectorEventLoop)} is needed, for it can watch any descriptor; this is a {loop.GetType().Name}.", nameof(loop));
    }

    private protected override bool IsReading(IReadDescriptor reader) => _descriptors.IsReading(reader);

    private protected override void DispatchWrite(IWriteDescriptor descriptor) => _descriptors.Write(descriptor);

    private protected override void DisconnectAll()
    {
        ConnectionLostException reason = new("the reactor was stopped");
        if (IsShutDown)
        {
            _descriptors.BecomeIdle();
        }

        IReadOnlyList<IFileDescriptor> watched = RemoveAll();
        _descriptors.TellDeparting();

        // The reactor's own come first: a child is given up before its pipes are closed, which may end it.
        IEnumerable<IFileDescriptor> all = [.. _descriptors.Readers, .. watched, .. Live, .. Unwatched];
        foreach (IFileDescriptor descriptor in all.Distinct<IFileDescriptor>(ReferenceEqualityComparer.Instance).ToArray())
        {
            object? outer = Context.Enter(descriptor);
            _descriptors.Disconnect(descriptor, reason, isRead: false);
            Context.Leave(outer);
        }

        CloseLingering();
        ReleaseChildren();
    }
}
