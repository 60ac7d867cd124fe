// Many timers on the reactor's CallLater: scheduled, every second one cancelled, the rest fired. Prints the nanoseconds of
// processor time that each of the three took. The calls are the library's objects: their allocation counts.
using Spindle.Bench;

if (args is not [("shuffled" or "same") and var order, var number] || !int.TryParse(number, out int count) || count < 2)
{
    Console.Error.WriteLine("usage: spindle-timers shuffled|same COUNT");
    return 2;
}

using Jobs jobs = new(order == "shuffled");
jobs.WarmUp();
GC.Collect();
Console.WriteLine(jobs.Measure(count & ~1));
return 0;
