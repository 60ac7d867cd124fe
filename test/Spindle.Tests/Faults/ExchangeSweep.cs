using Microsoft.Extensions.Logging;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary>
/// Plays an exchange once for each system call of a kind in it and each way in which that can go wrong. Whatever happens:
/// nothing stays open, the reactor serves the next exchange, and if something is missing then somebody was told the error.
/// </summary>
internal static class ExchangeSweep
{
    /// <summary>Where exchanges listen. No other test knocks there: one whose port was free a moment ago would be a guest.</summary>
    public const string Address = "127.0.0.86";

    private const int MaxCalls = 80;

    public static void Run(SelectorKind kind, Operation operation, Func<ReactorRig, Task<Outcome>> play)
    {
        int calls = 0;
        ReactorRig.Run(kind, async rig =>
        {
            Outcome outcome = await play(rig);
            Assert.True(outcome.IsWhole, string.Join("; ", outcome.Heard));
            calls = rig.Plan.Count(operation);
        });
        Assert.InRange(calls, 1, MaxCalls);

        for (int call = 1; call <= calls; call++)
        {
            foreach ((FaultKind how, int value) in FaultTable.Of(operation))
            {
                Fault fault = new(operation, call, how, value);
                try
                {
                    ReactorRig.Run(kind, rig => PlayWith(rig, fault, play));
                }
                catch (Exception failure)
                {
                    throw new InvalidOperationException($"{kind}: {fault}: {failure.Message}", failure);
                }
            }
        }
    }

    private static async Task PlayWith(ReactorRig rig, Fault fault, Func<ReactorRig, Task<Outcome>> play)
    {
        rig.Plan.Add(fault);
        Outcome outcome = await play(rig);
        Assert.Equal(1, rig.Plan.Fired);
        IReadOnlyList<LogRecord> log = rig.Log.Take();
        Assert.True(outcome.IsWhole || outcome.IsCounted || IsTold(fault, outcome, log), $"Something is missing, and nobody was told why: {string.Join("; ", outcome.Heard)}");
        rig.Plan.IsSuspended = true;
        Outcome next = await play(rig);
        Assert.True(next.IsWhole, $"The next exchange failed, too: {string.Join("; ", next.Heard)}");
        rig.Plan.IsSuspended = false;

        // Anything else is the library tripping over its own feet.
        Assert.All(
            log.Concat(rig.TakeErrors()),
            record => Assert.True(record.Level <= LogLevel.Warning || record.Exception is SpindleException, $"{record.Text}: {record.Exception}"));
    }

    private static bool IsTold(Fault fault, Outcome outcome, IReadOnlyList<LogRecord> log) =>
        outcome.Heard.Concat(log.Select(record => record.Exception)).OfType<SpindleException>().Any(
            exception => fault.Kind == FaultKind.Outcome ? exception.Errno != 0
                : exception.Errno == fault.Value || (fault.Value == Errno.EBADF && exception is DescriptorWentAwayException))
        || log.Any(record => record.Text.Contains(Errno.Describe(fault.Value), StringComparison.Ordinal));
}
