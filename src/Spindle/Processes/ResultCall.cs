using System.Buffers;

namespace Spindle.Processes;

/// <summary>A run for outputs and exit code (UTIL-2).</summary>
internal sealed class ResultCall(int maxOutput, ReadOnlyMemory<byte> input) : ProcessCall<ProcessResult>(maxOutput)
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ArrayBufferWriter<byte> _errors = new();

    protected override ReadOnlyMemory<byte> Input => input;

    public override void OutReceived(ReadOnlySpan<byte> data) => Keep(_output, data);

    public override void ErrReceived(ReadOnlySpan<byte> data) => Keep(_errors, data);

    protected override void Ended(Exception reason, int? exitCode)
    {
        if (exitCode is { } code)
        {
            Succeed(new ProcessResult(_output.WrittenMemory, _errors.WrittenMemory, code));
        }
        else
        {
            Fail(new ProcessSignalException(_output.WrittenSpan.ToArray(), _errors.WrittenSpan.ToArray(), (reason as ProcessTerminatedException)?.Signal));
        }
    }
}
