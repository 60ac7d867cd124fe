using System.Globalization;

namespace Spindle.Bench.Tls;

/// <summary>Prints what one end of an idle connection costs: managed bytes, and resident bytes in all.</summary>
internal sealed class IdleMemory : IWork
{
    private const int Count = 1_000;
    private const int Warm = 100;

    private readonly List<IConnection> _connections = [];

    public async Task RunAsync(IContender contender)
    {
        await ConnectAsync(contender, Warm);
        (long managed, long resident) = Now();
        await ConnectAsync(contender, Count);
        (long managedAfter, long residentAfter) = Now();
        const double Ends = 2 * Count;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(managedAfter - managed) / Ends} {(residentAfter - resident) / Ends}"));
        GC.KeepAlive(_connections);
    }

    private async Task ConnectAsync(IContender contender, int count)
    {
        for (int i = 0; i < count; i++)
        {
            IConnection connection = await contender.ConnectAsync();
            await connection.PingAsync(1);
            _connections.Add(connection);
        }
    }

    private static (long Managed, long Resident) Now()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        string line = File.ReadLines("/proc/self/status").First(each => each.StartsWith("VmRSS:", StringComparison.Ordinal));
        return (GC.GetTotalMemory(true), long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024);
    }
}
