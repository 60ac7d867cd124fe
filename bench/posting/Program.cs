using System.Diagnostics;
using System.Globalization;
using Spindle;
using Spindle.Bench.Posting;
using Spindle.Loops;

// The price of a call that is posted to the reactor from another thread.
// Claim: CallFromThread costs no more than ThreadPool.UnsafeQueueUserWorkItem, in time and in processor time, and the
// reactor is woken once for a batch and not once for a call.

int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
int rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 15;

using AsyncSelectorReactor reactor = new(new EventLoopOptions());
Thread thread = new(() => reactor.Run(installSignalHandlers: false));
thread.Start();

Action call = Tally.Count;
Action<object?> callWithState = static _ => Tally.Count();
WaitCallback callback = static _ => Tally.Count();
IThreadPoolWorkItem item = new PoolItem();
Contender spindle = new("CallFromThread", n =>
{
    for (int i = 0; i < n; i++)
    {
        reactor.CallFromThread(call);
    }
});
Contender pool = new("UnsafeQueueUserWorkItem, one item", n =>
{
    for (int i = 0; i < n; i++)
    {
        ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
    }
});
Contender[] all =
[
    spindle,
    pool,
    new("UnsafeQueueUserWorkItem, a callback", n =>
    {
        for (int i = 0; i < n; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(callback, null);
        }
    }),
    new("CallSoonThreadSafe", n =>
    {
        for (int i = 0; i < n; i++)
        {
            reactor.EventLoop.CallSoonThreadSafe(callWithState, null);
        }
    }),
];

foreach (Contender contender in all)
{
    for (int i = 0; i < 3; i++)
    {
        Measure(contender); // The first ones are compiled while they run.
    }
}

for (int round = 0; round < rounds; round++)
{
    for (int i = 0; i < all.Length; i++)
    {
        Contender contender = all[(i + round) % all.Length];
        contender.Samples.Add(Measure(contender));
    }
}

reactor.CallFromThread(reactor.Stop);
thread.Join();

Console.WriteLine($"{count:N0} calls, {rounds} rounds, medians; {Environment.ProcessorCount} processors, .NET {Environment.Version}");
Console.WriteLine($"{"",-36} {"ns",8} {"CPU ns",8} {"of pool",8} {"CPU",6} {"wake-ups",9} {"bytes",6}");
foreach (Contender contender in all)
{
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{contender.Name,-36} {Median(contender, s => s.Elapsed),8:F1} {Median(contender, s => s.Processor),8:F1} {Ratio(contender, s => s.Elapsed),8:F2} {Ratio(contender, s => s.Processor),6:F2} {Median(contender, s => s.Writes),9:F0} {Median(contender, s => s.Allocated),6:F0}"));
}

bool holds = Ratio(spindle, s => s.Elapsed) <= 1 && Ratio(spindle, s => s.Processor) <= 1 && Median(spindle, s => s.Writes) <= count / 100;
Console.WriteLine($"CallFromThread costs no more than the pool, with one wake-up for a batch: {(holds ? "PASS" : "FAIL")}");
return holds ? 0 : 1;

Sample Measure(Contender contender)
{
    GC.Collect();
    long end = Tally.Total + count;
    long writes = Writes();
    long allocated = GC.GetTotalAllocatedBytes(precise: true);
    TimeSpan processor = Environment.CpuUsage.TotalTime;
    long start = Stopwatch.GetTimestamp();
    contender.Post(count);
    while (Tally.Total < end)
    {
        Thread.Sleep(1);
    }

    TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
    processor = Environment.CpuUsage.TotalTime - processor;
    allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
    return new Sample(elapsed.TotalNanoseconds / count, processor.TotalNanoseconds / count, Writes() - writes, (double)allocated / count);
}

double Median(Contender contender, Func<Sample, double> value) => MedianOf(contender.Samples.Select(value));

// Within each round: the neighbours of a machine disturb what runs at the same time alike.
double Ratio(Contender contender, Func<Sample, double> value) =>
    MedianOf(contender.Samples.Zip(pool.Samples, (mine, its) => value(mine) / value(its)));

static double MedianOf(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    return sorted[sorted.Length / 2];
}

static long Writes() => long.Parse(
    File.ReadLines("/proc/self/io").First(line => line.StartsWith("syscw:", StringComparison.Ordinal)).AsSpan("syscw:".Length),
    CultureInfo.InvariantCulture);
