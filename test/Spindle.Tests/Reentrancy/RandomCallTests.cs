using Spindle.Selectors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Reentrancy;

/// <summary>Whatever is called in whatever callback, everyone hears of each beginning and each end once, and nothing is left.</summary>
public sealed class RandomCallTests
{
    private const int WorldsEach = 12;

    [Theory, Clause("I2", "I3", "I4", "TCP-9", "TCP-43", "TCP-45", "TCP-46", "TCP-53", "TCP-57"), EverySelector(0, 1, 2)]
    public void AnyCall_InAnyCallback_EveryoneHearsOnce(SelectorKind kind, int part)
    {
        for (int seed = part * WorldsEach; seed < (part + 1) * WorldsEach; seed++)
        {
            ReactorRig.Run(kind, rig => Play(rig, seed));
        }
    }

    private static async Task Play(ReactorRig rig, int seed)
    {
        const int Turns = 60, MostTurnsToEnd = 10_000;
        RandomCalls calls = new(rig.Reactor, seed);
        calls.Begin();
        for (int turn = 0; turn < Turns; turn++)
        {
            calls.Call(isCallback: false);
            await NextTurn(rig);
        }

        for (int turn = 0; !calls.End(); turn++)
        {
            Assert.True(turn < MostTurnsToEnd, $"seed {seed}: it does not end.");
            await NextTurn(rig);
        }

        calls.Check();
        Assert.True(calls.Faults.Count == 0, $"seed {seed}: {string.Join(' ', calls.Faults)}");
        Assert.Empty(rig.Reactor.GetDelayedCalls());
        Assert.All(rig.TakeErrors(), record => Assert.True(IsOurs(record.Exception), $"seed {seed}: {record.Text}"));
    }

    private static Task NextTurn(ReactorRig rig)
    {
        rig.Loop.CallSoon(static () => { }); // The loop does not sleep.
        return rig.NextTurn();
    }

    private static bool IsOurs(Exception? exception) => exception is RandomException || (exception?.InnerException is { } inner && IsOurs(inner));
}
