namespace Spindle.Bench.Tls;

/// <summary>Full handshakes, 16 at a time.</summary>
internal sealed class Handshakes : IWorkload
{
    private const int AtOnce = 16;

    private IContender? _contender;

    public Task PrepareAsync(IContender contender)
    {
        _contender = contender;
        return Task.CompletedTask;
    }

    public async Task<double> StepAsync()
    {
        Task[] all = new Task[AtOnce];
        for (int i = 0; i < AtOnce; i++)
        {
            all[i] = _contender!.HandshakeAsync();
        }

        await Task.WhenAll(all);
        return AtOnce;
    }
}
