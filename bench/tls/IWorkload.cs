namespace Spindle.Bench.Tls;

/// <summary>Something to do again and again.</summary>
internal interface IWorkload
{
    /// <summary>Makes what is needed.</summary>
    Task PrepareAsync(IContender contender);

    /// <summary>Does a piece of work that takes some milliseconds.</summary>
    /// <returns>How many units: handshakes, megabytes, round trips.</returns>
    Task<double> StepAsync();
}
