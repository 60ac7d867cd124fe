using Spindle.Kernel;

namespace Spindle.Datagrams;

/// <content>Runs: datagrams of one length for one address, which go to the kernel as one message.</content>
public abstract partial class DatagramPort
{
    private int? _maxSegment; // The longest datagram of a run; null before the first one, zero when there are none.

    /// <summary>Whether runs can be sent. Asked once, before the first one.</summary>
    private protected virtual bool SendsRuns() => false;

    private void JoinLast(DatagramBlock block)
    {
        if (block.Count > 1 && (_maxSegment ??= SendsRuns() ? int.MaxValue : 0) is > 0 and int max)
        {
            block.JoinLast(max);
        }
    }

    /// <summary>Sends the datagrams of a run that was refused, each by itself, so that each has the error that is its own.</summary>
    /// <returns>As <see cref="Send(DatagramBlock)"/>.</returns>
    private int SendSingly(DatagramBlock block, int index, int refusal)
    {
        int error = 0;
        bool isAnySent = false;
        int count = block.DatagramsIn(index);
        for (int i = 0; i < count; i++)
        {
            int sent = SendOne(block.DataToSend(index, i), block.Address(index));
            if (IsFull(sent) || sent == -Errno.EBADF)
            {
                DroppedDatagrams += count - i;
                break;
            }

            isAnySent |= sent >= 0;
            DroppedDatagrams += sent >= 0 ? 0 : 1;
            error = error == 0 && sent < 0 && !IsRefusal(sent) ? -sent : error;
        }

        if (isAnySent)
        {
            // It was the run that was not liked. A lack of memory passes, and so does what the network has said of an earlier datagram.
            _maxSegment = refusal switch
            {
                -Errno.EMSGSIZE or -Errno.EINVAL => block.SegmentSize(index) - 1, // The path is too narrow; EINVAL says so on older kernels.
                -Errno.EIO or -Errno.EOPNOTSUPP => 0, // The device or the route cannot do it.
                _ => _maxSegment,
            };
        }

        return error;
    }
}
