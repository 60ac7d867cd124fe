using System.Buffers;
using Spindle.Loops;

namespace Spindle.Processes;

/// <summary>A run for the standard output (UTIL-1).</summary>
internal sealed class OutputCall(int maxOutput, bool errorToo) : ProcessCall<byte[]>(maxOutput)
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly TaskCompletionSource<Exception> _ended = new();

    public override void OutReceived(ReadOnlySpan<byte> data) => Keep(_output, data);

    public override void ErrReceived(ReadOnlySpan<byte> data)
    {
        if (errorToo)
        {
            Keep(_output, data);
            return;
        }

        Fail(new ProcessErrorOutputException(data.ToArray(), _ended.Task));
        Transport.LoseConnection();
    }

    public override void ProcessEnded(Exception reason)
    {
        base.ProcessEnded(reason);
        LoopTasks.Complete(_ended, reason);
    }

    protected override void Ended(Exception reason, int? exitCode) => Succeed(_output.WrittenSpan.ToArray());
}
