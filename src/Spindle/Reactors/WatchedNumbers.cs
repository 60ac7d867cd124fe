using Spindle.Descriptors;

namespace Spindle.Reactors;

/// <summary>Under which number each object is watched. The reactor's own transports keep it themselves: a table of all connections would cost each 50 bytes.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class WatchedNumbers
{
    private readonly Dictionary<object, int> _reading = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, int> _writing = new(ReferenceEqualityComparer.Instance);

    public int? ForReading(IReadDescriptor reader) =>
        reader is FileDescriptor transport ? FromField(transport.ReadNumberPlusOne) : FromTable(_reading, reader);

    public int? ForWriting(IWriteDescriptor writer) =>
        writer is FileDescriptor transport ? FromField(transport.WriteNumberPlusOne) : FromTable(_writing, writer);

    public void SetForReading(IReadDescriptor reader, int? number)
    {
        if (reader is FileDescriptor transport)
        {
            transport.ReadNumberPlusOne = number + 1 ?? 0;
        }
        else
        {
            SetInTable(_reading, reader, number);
        }
    }

    public void SetForWriting(IWriteDescriptor writer, int? number)
    {
        if (writer is FileDescriptor transport)
        {
            transport.WriteNumberPlusOne = number + 1 ?? 0;
        }
        else
        {
            SetInTable(_writing, writer, number);
        }
    }

    private static int? FromField(int numberPlusOne) => numberPlusOne > 0 ? numberPlusOne - 1 : null;

    private static int? FromTable(Dictionary<object, int> table, object descriptor) =>
        table.TryGetValue(descriptor, out int number) ? number : null;

    private static void SetInTable(Dictionary<object, int> table, object descriptor, int? number)
    {
        if (number is { } known)
        {
            table[descriptor] = known;
        }
        else
        {
            table.Remove(descriptor);
        }
    }
}
