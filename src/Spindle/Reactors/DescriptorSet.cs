using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Loops;

namespace Spindle.Reactors;

/// <summary>What a reactor watches, by object and by number, and the calls that follow from it.</summary>
/// <remarks>
/// <para>
/// The number that an object had when it was added is the one that is used to its end; the object is not asked again
/// (FD-11). An object whose number has come to stand for another file is told that its descriptor went away (FD-13).
/// </para>
/// <para>Thread: the reactor's.</para>
/// </remarks>
internal sealed class DescriptorSet
{
    private readonly SelectorEventLoop _loop;
    private readonly LoggingContext _context;
    private readonly ContinuousPolling _polling; // What no selector can wait for.
    private readonly WatchedNumbers _numbers = new();
    private readonly Action<object?> _onReadable;
    private readonly Action<object?> _onWritable;
    private readonly HashSet<IFileDescriptor> _departing = new(ReferenceEqualityComparer.Instance); // Not watched any more, and to be told in the next turn.
    private Owners[] _owners = new Owners[64]; // By number.
    private bool _isIdle;

    public DescriptorSet(SelectorEventLoop loop, LoggingContext context, Func<TimeSpan, Action, DelayedCall> callLater)
    {
        _polling = new ContinuousPolling(callLater, Read, Write);
        _loop = loop;
        _context = context;
        _onReadable = state => Read((IReadDescriptor)state!);
        _onWritable = state => Write((IWriteDescriptor)state!);
    }

    public IEnumerable<IReadDescriptor> Readers => _owners.Select(owners => owners.Reader).OfType<IReadDescriptor>().Concat(_polling.Readers);

    public IEnumerable<IWriteDescriptor> Writers => _owners.Select(owners => owners.Writer).OfType<IWriteDescriptor>().Concat(_polling.Writers);

    public bool IsReading(IReadDescriptor reader) => _numbers.ForReading(reader) is not null || _polling.IsReading(reader);

    public void AddReader(IReadDescriptor reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (IsReading(reader))
        {
            return;
        }

        int fd = NumberOf(reader);
        if (_isIdle)
        {
            _polling.AddReader(reader);
            return;
        }

        ref Owners owners = ref OwnersOf(fd);
        if (owners.IsSharedWith(reader))
        {
            MakeRoom(reader, fd, owners.Reader);
        }

        try
        {
            _loop.AddReader(fd, _onReadable, reader);
        }
        catch (SystemCallException refused) when (refused.Errno == Errno.EPERM)
        {
            _polling.AddReader(reader);
            return;
        }

        _numbers.SetForReading(reader, fd);
        OwnersOf(fd).Reader = reader;
    }

    public void AddWriter(IWriteDescriptor writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (_numbers.ForWriting(writer) is not null || _polling.IsWriting(writer))
        {
            return;
        }

        int fd = NumberOf(writer);
        if (_isIdle)
        {
            _polling.AddWriter(writer);
            return;
        }

        ref Owners owners = ref OwnersOf(fd);
        if (owners.IsSharedWith(writer))
        {
            MakeRoom(writer, fd, owners.Writer);
        }

        try
        {
            _loop.AddWriter(fd, _onWritable, writer);
        }
        catch (SystemCallException refused) when (refused.Errno is Errno.EPERM or Errno.EACCES)
        {
            _polling.AddWriter(writer);
            return;
        }

        _numbers.SetForWriting(writer, fd);
        OwnersOf(fd).Writer = writer;
    }

    public void RemoveReader(IReadDescriptor reader)
    {
        if (_numbers.ForReading(reader) is { } fd)
        {
            _numbers.SetForReading(reader, null);
            _owners[fd].Reader = null;
            _loop.RemoveReader(fd);
        }
        else
        {
            _polling.RemoveReader(reader);
        }
    }

    public void RemoveWriter(IWriteDescriptor writer)
    {
        if (_numbers.ForWriting(writer) is { } fd)
        {
            _numbers.SetForWriting(writer, null);
            _owners[fd].Writer = null;
            _loop.RemoveWriter(fd);
        }
        else
        {
            _polling.RemoveWriter(writer);
        }

        (writer as FileDescriptor)?.WriterWasRemoved();
    }

    /// <summary>Calls <see cref="IWriteDescriptor.DoWrite"/> and acts on what it says.</summary>
    public void Write(IWriteDescriptor writer)
    {
        Exception? why;
        object? outer = _context.Enter(writer);
        try
        {
            why = writer.Fileno() < 0 ? new DescriptorWentAwayException() : writer.DoWrite();
        }
        catch (Exception exception)
        {
            _context.LogError("DoWrite failed", exception);
            why = exception;
        }

        if (why is not null)
        {
            Disconnect(writer, why, isRead: false);
        }

        _context.Leave(outer);
    }

    /// <summary>Ends an object's watching and tells it why (FD-26). An exception of the object is logged.</summary>
    public void Disconnect(IFileDescriptor descriptor, Exception why, bool isRead)
    {
        try
        {
            if (descriptor is IReadDescriptor reader)
            {
                RemoveReader(reader);
            }

            if (isRead && why.GetType() == typeof(ConnectionDoneException) && descriptor is IHalfCloseableDescriptor halfCloseable)
            {
                halfCloseable.ReadConnectionLost(why);
                return;
            }

            if (descriptor is IWriteDescriptor writer)
            {
                RemoveWriter(writer);
            }

            descriptor.ConnectionLost(why);
        }
        catch (Exception exception)
        {
            _context.LogError("ConnectionLost failed", exception);
        }
    }

    /// <summary>Serves nobody from now on, also if the loop goes on: what is added is kept, for the end to be told to (CORE-43).</summary>
    public void BecomeIdle()
    {
        _isIdle = true;
        _polling.Stop();
    }

    /// <summary>Tells those whose number has come to stand for another file that theirs went away.</summary>
    public void TellDeparting()
    {
        foreach (IFileDescriptor owner in _departing.ToArray())
        {
            TellDeparting(owner);
        }
    }

    private void TellDeparting(IFileDescriptor owner)
    {
        if (_departing.Remove(owner))
        {
            object? outer = _context.Enter(owner);
            Disconnect(owner, new DescriptorWentAwayException("its number stands for another file"), isRead: false);
            _context.Leave(outer);
        }
    }

    private void Read(IReadDescriptor reader)
    {
        Exception? why;
        object? outer = _context.Enter(reader);
        try
        {
            why = reader.Fileno() < 0 ? new DescriptorWentAwayException() : reader.DoRead();
        }
        catch (Exception exception)
        {
            _context.LogError("DoRead failed", exception);
            why = exception;
        }

        if (why is not null)
        {
            Disconnect(reader, why, isRead: true);
        }

        _context.Leave(outer);
    }

    private static int NumberOf(IFileDescriptor descriptor)
    {
        int fd = descriptor.Fileno();
        return fd >= 0 ? fd : throw new ArgumentException($"{descriptor} has no descriptor (-1).", nameof(descriptor));
    }

    private ref Owners OwnersOf(int fd)
    {
        if (fd >= _owners.Length)
        {
            Array.Resize(ref _owners, Math.Max(fd + 1, _owners.Length * 2));
        }

        return ref _owners[fd];
    }

    // Two objects for one direction of one file is a mistake; one for each direction is not (FD-12). But if the number
    // stands for another file by now, the first object's was closed behind our back, whichever direction it was for.
    private void MakeRoom(IFileDescriptor newcomer, int fd, IFileDescriptor? rival)
    {
        bool isStale = (rival is not null && FilenoOrGone(rival) != fd) || !_loop.IsSameFile(fd);
        if (!isStale)
        {
            if (rival is not null)
            {
                throw new ArgumentException($"{rival} is watched under descriptor {fd} already; {newcomer} cannot be, too.", nameof(newcomer));
            }

            return;
        }

        Owners stale = _owners[fd];
        IEnumerable<IFileDescriptor> owners = new IFileDescriptor?[] { stale.Reader, stale.Writer }.OfType<IFileDescriptor>().Distinct<IFileDescriptor>(ReferenceEqualityComparer.Instance);
        foreach (IFileDescriptor owner in owners.Where(owner => !ReferenceEquals(owner, newcomer)))
        {
            (owner as IDisownable)?.Disown();
            RemoveBoth(owner);
            _departing.Add(owner);
            _loop.CallSoon(_ => TellDeparting(owner), null);
        }
    }

    private void RemoveBoth(IFileDescriptor owner)
    {
        if (owner is IReadDescriptor reader)
        {
            RemoveReader(reader);
        }

        if (owner is IWriteDescriptor writer)
        {
            RemoveWriter(writer);
        }
    }

    private static int FilenoOrGone(IFileDescriptor descriptor)
    {
        try
        {
            return descriptor.Fileno();
        }
        catch (Exception)
        {
            return -1; // An object that cannot say so has none.
        }
    }

    private struct Owners
    {
        public IReadDescriptor? Reader;
        public IWriteDescriptor? Writer;

        /// <summary>Whether somebody else has the number, in either direction.</summary>
        public readonly bool IsSharedWith(IFileDescriptor newcomer) =>
            (Reader is not null && !ReferenceEquals(Reader, newcomer)) || (Writer is not null && !ReferenceEquals(Writer, newcomer));
    }
}
