using System.Text;
using Spindle.Descriptors;
using Spindle.Streams;

namespace Spindle.FileWatching;

/// <summary>The descriptor of an instance: takes its records apart.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class NotifyEnd(IDescriptorHost host, int fd, INotify owner) : PipeEnd(host, fd)
{
    private const int HeadSize = 16; // struct inotify_event: watch, mask, cookie, length of the name with its zeros.

    private byte[] _rest = []; // Of a record that has not come whole.

    public override string LogPrefix => nameof(INotify);

    /// <summary>Begins without being watched: that is asked for.</summary>
    public void Open() => Connected();

    /// <summary>Takes records of any number, whole or not.</summary>
    public void Take(ReadOnlySpan<byte> data)
    {
        byte[] all = [.. _rest, .. data];
        int start = 0;
        while (all.Length - start >= HeadSize)
        {
            ReadOnlySpan<byte> head = all.AsSpan(start);
            int nameSize = BitConverter.ToInt32(head[12..]);
            if (all.Length - start < HeadSize + nameSize)
            {
                break;
            }

            string name = Encoding.UTF8.GetString(head.Slice(HeadSize, nameSize).TrimEnd((byte)0));
            start += HeadSize + nameSize;
            owner.Heard(BitConverter.ToInt32(head), (FileEvents)BitConverter.ToUInt32(head[4..]), name);
        }

        _rest = all[start..];
    }

    private protected override void DataReceived(ReadOnlySpan<byte> data) => Take(data);

    private protected override void Ended(Exception reason) => owner.Closed();

    private protected override void Release(int fd)
    {
        int result = Files.Close(fd);
        if (result < 0)
        {
            Host.LogError(this, "The instance could not be closed", new SystemCallException("close", -result));
        }
    }
}
