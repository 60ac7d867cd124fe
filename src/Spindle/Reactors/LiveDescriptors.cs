using Spindle.Descriptors;

namespace Spindle.Reactors;

/// <summary>Every transport that has not ended, watched or not: the shutdown tells all of them (CORE-44).</summary>
/// <remarks>Linked through the transports themselves, so that an idle connection pays two references. Thread: the reactor's.</remarks>
internal sealed class LiveDescriptors
{
    private FileDescriptor? _first;

    public int Count { get; private set; }

    public void Add(FileDescriptor descriptor)
    {
        descriptor.NextLive = _first;
        if (_first is not null)
        {
            _first.PreviousLive = descriptor;
        }

        _first = descriptor;
        Count++;
    }

    public void Remove(FileDescriptor descriptor)
    {
        if (descriptor.PreviousLive is null && !ReferenceEquals(_first, descriptor))
        {
            return;
        }

        if (descriptor.PreviousLive is { } previous)
        {
            previous.NextLive = descriptor.NextLive;
        }
        else
        {
            _first = descriptor.NextLive;
        }

        if (descriptor.NextLive is { } next)
        {
            next.PreviousLive = descriptor.PreviousLive;
        }

        descriptor.NextLive = descriptor.PreviousLive = null;
        Count--;
    }

    public List<FileDescriptor> ToList()
    {
        List<FileDescriptor> all = new(Count);
        for (FileDescriptor? descriptor = _first; descriptor is not null; descriptor = descriptor.NextLive)
        {
            all.Add(descriptor);
        }

        return all;
    }
}
