using System.Diagnostics;
using System.Globalization;

namespace Spindle.Bench.Tls;

/// <summary>Does a workload for a while, and prints units for each second of processor time and for each second, after the same while unmeasured.</summary>
internal sealed class Timed(IWorkload workload, TimeSpan time) : IWork
{
    public async Task RunAsync(IContender contender)
    {
        await workload.PrepareAsync(contender);
        await RepeatAsync();
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        double units = await RepeatAsync();
        processor = Environment.CpuUsage.TotalTime - processor;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{units / processor.TotalSeconds} {units / elapsed.TotalSeconds}"));
    }

    private async Task<double> RepeatAsync()
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
