namespace Spindle.Bench.Tls;

/// <summary>Megabytes through one connection, one way, written in pieces of 64 KiB.</summary>
internal sealed class Bulk : IWorkload
{
    private const int Megabytes = 32;

    private IConnection? _connection;

    public async Task PrepareAsync(IContender contender) => _connection = await contender.ConnectAsync();

    public async Task<double> StepAsync()
    {
        await _connection!.SendAsync(Megabytes * 1_000_000L);
        return Megabytes;
    }
}
