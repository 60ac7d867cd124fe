using System.Net;
using System.Net.Sockets;

namespace Spindle.Tests.Names;

public sealed class HostnameResolverTests : ResolverTest
{
    private static readonly IPAddress Somewhere = IPAddress.Parse("10.0.0.1");

    [Fact]
    public void LookUpAsync_CompletedElsewhere_AnswersOnTheLoop()
    {
        ScriptedResolver resolver = new(Loop, (_, _) => Task.Run(() => new[] { Somewhere }));
        AddressRecorder receiver = new();
        receiver.Completed = () =>
        {
            Assert.True(Loop.CheckAccess());
            Loop.Stop();
        };
        Loop.CallSoon(() => resolver.ResolveHostName(receiver, "x", 80));
        Run();

        Assert.Equal(["10.0.0.1:80"], receiver.Addresses);
    }

    [Theory]
    [InlineData("10.0.0.7", "10.0.0.7:80")]
    [InlineData("fd00::7", "[fd00::7]:80")]
    public void ResolveHostName_Address_IsNotLookedUp(string name, string address)
    {
        ScriptedResolver resolver = new(Loop, (_, _) => Task.FromResult(new[] { Somewhere }));
        Assert.Equal([address], Resolve(resolver, name).Addresses);
        Assert.Empty(resolver.Asked);
    }

    [Fact]
    public void ResolveHostName_OtherFamily_HasNoAddress()
    {
        ScriptedResolver resolver = new(Loop, (_, _) => Task.FromResult(new[] { Somewhere }));
        Assert.Contains("no address of InterNetworkV6", FailureOf(Resolve(resolver, "x", AddressFamily.InterNetworkV6)), StringComparison.Ordinal);
        Assert.Contains("no address of InterNetworkV6", FailureOf(Resolve(resolver, "10.0.0.7", AddressFamily.InterNetworkV6)), StringComparison.Ordinal);
    }

    [Fact]
    public void ResolveHostName_NameOutsideOfAscii_IsAskedForInAscii()
    {
        ScriptedResolver resolver = new(Loop, (_, _) => Task.FromResult(new[] { Somewhere }));
        Resolve(resolver, "bücher.example");
        Assert.Equal(["xn--bcher-kva.example"], resolver.Asked);
        Assert.Contains("no host name", FailureOf(Resolve(resolver, "")), StringComparison.Ordinal);
    }

    [Fact]
    public void LookUpAsync_Throws_IsTheFailure()
    {
        DnsLookupException expected = new("x is on holiday");
        Assert.Same(expected, Resolve(new ScriptedResolver(Loop, (_, _) => throw expected), "x").Resolution!.Failure);
        Assert.Empty(Log.Take());

        NotSupportedException unexpected = new();
        Assert.Same(unexpected, Resolve(new ScriptedResolver(Loop, (_, _) => Task.FromException<IPAddress[]>(unexpected)), "x").Resolution!.Failure);
        Assert.Same(unexpected, Assert.Single(Log.Take()).Exception);
    }

    [Fact]
    public void ResolveHostName_NoAnswerInTime_FailsAndCancelsTheTask()
    {
        CancellationToken token = default;
        ScriptedResolver resolver = new(
            Loop,
            (_, cancellation) =>
            {
                token = cancellation;
                return new TaskCompletionSource<IPAddress[]>().Task;
            },
            TimeSpan.FromMilliseconds(20));

        Assert.Contains("no answer within 0.02 s", FailureOf(Resolve(resolver, "x")), StringComparison.Ordinal);
        Assert.True(token.IsCancellationRequested);
    }

    [Fact]
    public void Cancel_WhileLookingUp_EndsItInSilence()
    {
        TaskCompletionSource<IPAddress[]> task = new();
        CancellationToken token = default;
        ScriptedResolver resolver = new(
            Loop,
            (_, cancellation) =>
            {
                token = cancellation;
                return task.Task;
            });
        AddressRecorder receiver = new();
        IHostResolution resolution = resolver.ResolveHostName(receiver, "x");
        resolution.Cancel();
        task.SetResult([Somewhere]);
        RunTurn();
        RunTurn();

        Assert.True(token.IsCancellationRequested);
        Assert.False(receiver.IsComplete);
        Assert.Empty(receiver.Addresses);
    }

    [Fact]
    public void Cancel_HandlerOfTheTokenThrows_IsLogged()
    {
        ScriptedResolver resolver = new(
            Loop,
            (_, cancellation) =>
            {
                cancellation.Register(() => throw new NotSupportedException());
                return new TaskCompletionSource<IPAddress[]>().Task;
            });
        resolver.ResolveHostName(new AddressRecorder(), "x").Cancel();

        Assert.IsType<AggregateException>(Assert.Single(Log.Take()).Exception);
    }

    [Fact]
    public void Constructor_NegativeTime_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedResolver(Loop, (_, _) => Task.FromResult(Array.Empty<IPAddress>()), TimeSpan.FromSeconds(-5)));
}
