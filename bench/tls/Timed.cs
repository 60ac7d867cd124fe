using System.Diagnostics;
using System.Globalization;

namespace Spindle.Bench.Tls;

/// <summary>Does a workload for a while, and prints units for each second of processor time and for each second, after a while unmeasured.</summary>
internal sealed class Timed(IWorkload workload, TimeSpan measured) : IWork
{
    private static readonly TimeSpan LeastWarmUp = TimeSpan.FromSeconds(6); // On one core the compiler takes that long to be done.

    public async Task RunAsync(IContender contender)
    {
        await workload.PrepareAsync(contender);
        await RepeatAsync(measured > LeastWarmUp ? measured : LeastWarmUp);
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        double units = await RepeatAsync(measured);
        processor = Environment.CpuUsage.TotalTime - processor;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{units / processor.TotalSeconds} {units / elapsed.TotalSeconds}"));
    }

    private async Task<double> RepeatAsync(TimeSpan time)
    {
        double units = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            units += await workload.StepAsync();
        }

        return units;
    }
}
