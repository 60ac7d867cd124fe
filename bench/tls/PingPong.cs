namespace Spindle.Bench.Tls;

/// <summary>Round trips of 256 bytes on one connection.</summary>
internal sealed class PingPong : IWorkload
{
    private const int Count = 1_000;

    private IConnection? _connection;

    public async Task PrepareAsync(IContender contender) => _connection = await contender.ConnectAsync();

    public async Task<double> StepAsync()
    {
        await _connection!.PingAsync(Count);
        return Count;
    }
}
