using System.Runtime.CompilerServices;
using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Loops;

/// <summary>Design I10 (f): work that nobody awaits.</summary>
public sealed class SpawnTests : LoopTest
{
    [Fact]
    public void Spawn_OnTheLoop_StartsInTheNextTurn()
    {
        List<string> ran = [];
        Loop.CallSoon(() =>
        {
            Loop.Spawn(() =>
            {
                ran.Add("work");
                return Task.CompletedTask;
            });
            ran.Add("after");
        });

        RunTurn();
        Assert.Equal(["after"], ran);

        RunTurn();
        Assert.Equal(["after", "work"], ran);
    }

    [Fact]
    public void Spawn_FromAnotherThread_RunsOnTheLoop()
    {
        int ranOn = 0;
        int cameBackOn = 0;
        OffThread.Run(() => Loop.Spawn(async () =>
        {
            ranOn = Environment.CurrentManagedThreadId;
            await Task.Yield();
            cameBackOn = Environment.CurrentManagedThreadId;
            Loop.Stop();
        }));

        Run();

        Assert.Equal(Environment.CurrentManagedThreadId, ranOn);
        Assert.Equal(Environment.CurrentManagedThreadId, cameBackOn);
    }

    [Fact, Clause("LOOP-6")]
    public void Spawn_AmbientValue_IsTheOneOfItsCall()
    {
        AsyncLocal<string> ambient = new() { Value = "of the call" };
        List<string?> seen = [];
        Loop.Spawn(async () =>
        {
            seen.Add(ambient.Value);
            await Task.Yield();
            seen.Add(ambient.Value);
            ambient.Value = "leaked";
        });
        ambient.Value = "later";
        Loop.CallSoon(() => Loop.CallSoon(() => Loop.CallSoon(Loop.Stop)));

        Run();

        Assert.Equal(["of the call", "of the call"], seen);
        Assert.Equal("later", ambient.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Spawn_Fails_IsReportedAtOnceWithWhereItWasStarted(bool before)
    {
        List<LoopError> errors = CollectErrors(Loop);
        InvalidOperationException failure = new("The work fails.");
        int line = Line() + 1;
        Loop.Spawn(async () =>
        {
            if (!before)
            {
                await Task.Yield();
            }

            throw failure;
        });

        RunTurn();
        RunTurn();

        AssertReported(errors, failure, nameof(Spawn_Fails_IsReportedAtOnceWithWhereItWasStarted), line);
    }

    [Fact]
    public void Spawn_ThrowsInsteadOfGivingATask_IsReported()
    {
        List<LoopError> errors = CollectErrors(Loop);
        InvalidOperationException failure = new("The work fails.");
        int line = Line() + 1;
        Loop.Spawn(() => throw failure);

        RunTurn();

        AssertReported(errors, failure, nameof(Spawn_ThrowsInsteadOfGivingATask_IsReported), line);
    }

    [Fact]
    public void Spawn_FailsOnAnotherThread_IsReportedOnTheLoop()
    {
        InvalidOperationException failure = new("The work fails.");
        TaskCompletionSource source = new();
        List<(Exception? Exception, int Thread)> reported = [];
        Loop.ExceptionHandler = (_, error) =>
        {
            reported.Add((error.Exception, Environment.CurrentManagedThreadId));
            Loop.Stop();
        };
        Loop.Spawn(async () =>
        {
            await source.Task.ConfigureAwait(false);
            throw failure;
        });
        Loop.CallSoonThreadSafe(() => OffThread.Run(source.SetResult)); // It goes on over there, inline.

        Run();

        Assert.Equal([(failure, Environment.CurrentManagedThreadId)], reported);
    }

    [Fact]
    public void AsyncVoid_Fails_IsReportedAtOnceWithItsMethod()
    {
        List<LoopError> errors = CollectErrors(Loop);
        Loop.CallSoon(FailLater);

        RunTurn();
        RunTurn();
        RunTurn();

        Exception failure = Assert.IsType<InvalidOperationException>(Assert.Single(errors).Exception);
        Assert.Contains(nameof(FailLater), failure.StackTrace, StringComparison.Ordinal);

        static async void FailLater()
        {
            await Task.Yield();
            throw new InvalidOperationException("The method fails.");
        }
    }

    private static int Line([CallerLineNumber] int line = 0) => line;

    private static void AssertReported(List<LoopError> errors, Exception failure, string member, int line)
    {
        LoopError error = Assert.Single(errors);
        Assert.Same(failure, error.Exception);
        Assert.StartsWith(member + " in ", error.Origin, StringComparison.Ordinal);
        Assert.EndsWith($"{nameof(SpawnTests)}.cs:line {line}", error.Origin, StringComparison.Ordinal);
    }
}
