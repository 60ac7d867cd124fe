using Spindle;
using Spindle.Loops;

// A million timers on the reactor; timers.c is the same on libuv. See run.
const int SpreadMilliseconds = 1000;

int count = args.Length > 0 ? int.Parse(args[0]) : 1_000_000;
Run(count / 10, print: false);
Run(count, print: true);

static void Run(int count, bool print)
{
    using AsyncSelectorReactor reactor = new(new EventLoopOptions());
    DelayedCall[] calls = new DelayedCall[count];
    ulong seed = 1;
    int fired = 0;
    Action onTimer = () =>
    {
        if (++fired == count / 2)
        {
            reactor.Stop();
        }
    };

    double start = Cpu();
    for (int i = 0; i < count; i++)
    {
        calls[i] = reactor.CallLater(TimeSpan.FromMilliseconds((long)(Next(ref seed) % SpreadMilliseconds)), onTimer);
    }

    double scheduled = Cpu();
    for (int i = 0; i < count; i += 2)
    {
        calls[i].Cancel();
    }

    double cancelled = Cpu();
    reactor.Run(installSignalHandlers: false);
    double end = Cpu();

    if (print)
    {
        Console.WriteLine(
            $"{(scheduled - start) / count:0} {(cancelled - scheduled) / (count / 2):0} {(end - cancelled) / (count / 2):0} {(end - start) / 1e6:0}");
    }
}

// splitmix64: the same numbers on both sides.
static ulong Next(ref ulong seed)
{
    ulong z = seed += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

// The process's CPU time in ns, with the runtime's own threads: waiting for the last timers is no work.
static double Cpu() => Environment.CpuUsage.TotalTime.TotalNanoseconds;
