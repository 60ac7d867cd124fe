using System.Text;
using Spindle;

/// <summary>Gives a shell its orders, shows what it says and tells how it ends.</summary>
internal sealed class Shell(string orders) : ProcessProtocol
{
    private readonly TaskCompletionSource<int?> _exitCode = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<int?> ExitCode => _exitCode.Task;

    public override void ConnectionMade() => Transport.Write(Encoding.UTF8.GetBytes(orders));

    public override void ChildDataReceived(int childFD, ReadOnlySpan<byte> data) => Console.Write(Encoding.UTF8.GetString(data));

    public override void ProcessEnded(Exception reason) => _exitCode.SetResult((reason as ProcessTerminatedException)?.ExitCode ?? 0);
}
