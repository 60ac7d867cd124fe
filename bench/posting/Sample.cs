namespace Spindle.Bench.Posting;

/// <summary>One measurement.</summary>
/// <param name="Elapsed">Nanoseconds for each call, from the first post until the last has run.</param>
/// <param name="Processor">Nanoseconds of processor time for each call, of all threads.</param>
/// <param name="Writes">write(2) calls of the whole process: the wake-ups of an event loop.</param>
/// <param name="Allocated">Bytes for each call.</param>
internal readonly record struct Sample(double Elapsed, double Processor, long Writes, double Allocated);
