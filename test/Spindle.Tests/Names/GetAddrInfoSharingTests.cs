using System.Net;
using System.Net.Sockets;
using Spindle.Names;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Names;

/// <summary>Which look-ups share a call, wait, or are turned away.</summary>
public sealed class GetAddrInfoSharingTests : GetAddrInfoResolverTest
{
    [Fact]
    public void ResolveHostName_SameNameTwice_AsksOnceAndTellsBothInOrder()
    {
        GetAddrInfoResolver resolver = NewResolver();
        List<string> order = [];
        RecordingReceiver first = new() { OnComplete = () => order.Add("first") };
        RecordingReceiver second = new() { OnComplete = () => order.Add("second") };

        resolver.ResolveHostName(first, "example.com", 80);
        resolver.ResolveHostName(second, "EXAMPLE.com", 443);
        Settle();

        Assert.Equal(["example.com"], Lookups.Names);
        Assert.Equal(["began", "192.0.2.1:80", "[2001:db8::1]:80", "complete"], first.Journal);
        Assert.Equal(["began", "192.0.2.1:443", "[2001:db8::1]:443", "complete"], second.Journal);
        Assert.Equal(["first", "second"], order);
    }

    [Fact]
    public void ResolveHostName_AfterTheAnswer_AsksAgain()
    {
        GetAddrInfoResolver resolver = NewResolver();
        Ask(resolver, "example.com");
        Settle();
        Lookups.Answer = _ => [Second];

        RecordingReceiver again = Ask(resolver, "example.com");
        Settle();

        Assert.Equal(2, Lookups.Calls.Count);
        Assert.Equal(new IPEndPoint(Second, 0), Assert.Single(again.Addresses));
    }

    [Fact]
    public void ResolveHostName_OtherFamily_IsAnotherQuestion()
    {
        GetAddrInfoResolver resolver = NewResolver();
        Ask(resolver, "example.com");
        Ask(resolver, "example.com", family: AddressFamily.InterNetwork);
        Ask(resolver, "example.com", semantics: TransportSemantics.Udp);
        Settle();

        Assert.Equal(3, Lookups.Calls.Count);
    }

    [Fact, Clause("NAME-11")]
    public void Cancel_OneOfTwo_LeavesTheOtherItsAnswer()
    {
        GetAddrInfoResolver resolver = NewResolver();
        RecordingReceiver first = Ask(resolver, "example.com");
        RecordingReceiver second = Ask(resolver, "example.com");

        first.Resolution!.Cancel();
        Settle();

        Assert.Equal(["began"], first.Journal);
        Assert.True(second.IsComplete);
        Assert.Single(Lookups.Calls);
    }

    [Fact, Clause("NAME-11")]
    public void Cancel_TheOnlyOneWhileTheSystemIsAsked_LetsTheNextJoinTheCall()
    {
        GetAddrInfoResolver resolver = NewResolver();
        RecordingReceiver first = Ask(resolver, "example.com");
        RecordingReceiver? second = null;
        Lookups.Answer = _ =>
        {
            // The call is under way; this is still the loop's thread.
            first.Resolution!.Cancel();
            second = Ask(resolver, "example.com");
            return [First];
        };

        Settle();

        Assert.Equal(["began"], first.Journal);
        Assert.Equal(["began", "192.0.2.1:0", "complete"], second!.Journal);
        Assert.Single(Lookups.Calls);
    }

    [Fact, Clause("NAME-11")]
    public void Cancel_OfOneWhileTheAnswerIsHandedOut_TellsItNothing()
    {
        GetAddrInfoResolver resolver = NewResolver();
        RecordingReceiver first = new();
        RecordingReceiver second = new();
        first.OnComplete = () => second.Resolution!.Cancel();

        resolver.ResolveHostName(first, "example.com");
        resolver.ResolveHostName(second, "example.com");
        Settle();

        Assert.Equal(["began"], second.Journal);
    }

    [Fact]
    public void ResolveHostName_InACallback_AsksAnew()
    {
        GetAddrInfoResolver resolver = NewResolver();
        RecordingReceiver second = new();
        RecordingReceiver first = new() { OnComplete = () => resolver.ResolveHostName(second, "example.com") };

        resolver.ResolveHostName(first, "example.com");
        Settle();
        Settle();

        Assert.True(second.IsComplete);
        Assert.Equal(2, Lookups.Calls.Count);
    }

    [Fact, Clause("NAME-5")]
    public void ResolveHostName_Many_StartsFewThreads()
    {
        GetAddrInfoResolver resolver = NewResolver(maxThreads: 3);
        RecordingReceiver[] receivers = [.. Enumerable.Range(0, 10).Select(number => Ask(resolver, $"{number}.example"))];

        Assert.Equal(3, Threads.Started);
        Settle();

        Assert.All(receivers, receiver => Assert.True(receiver.IsComplete));
        Assert.Equal(Enumerable.Range(0, 10).Select(number => $"{number}.example"), Lookups.Names);
        Ask(resolver, "late.example");
        Assert.Equal(4, Threads.Started); // The others had nothing to do and have ended.
        Settle();
    }

    [Fact]
    public void ResolveHostName_TooManyWait_FailsAtOnceWithTheReason()
    {
        GetAddrInfoResolver resolver = NewResolver(maxThreads: 2, maxWaiting: 1);
        RecordingReceiver[] taken = [.. Enumerable.Range(0, 3).Select(number => Ask(resolver, $"{number}.example"))];

        RecordingReceiver refused = Ask(resolver, "refused.example");
        RecordingReceiver shared = Ask(resolver, "0.example"); // Needs no place.
        Assert.Equal(["began"], refused.Journal);
        RunTurn(ResolverLoop);

        AssertFailed(refused, "refused.example: 2 look-ups are under way and 1 wait already");
        taken[2].Resolution!.Cancel();
        RecordingReceiver next = Ask(resolver, "next.example"); // There is a place again.
        Settle();
        Assert.Equal(["0.example", "1.example", "next.example"], Lookups.Names);
        Assert.True(next.IsComplete && shared.IsComplete);
    }

    [Fact]
    public void ResolveHostName_NoneMayWait_StillUsesEveryThread()
    {
        GetAddrInfoResolver resolver = NewResolver(maxThreads: 2, maxWaiting: 0);

        RecordingReceiver[] receivers = [.. Enumerable.Range(0, 3).Select(number => Ask(resolver, $"{number}.example"))];
        Settle();

        Assert.Equal(["0.example", "1.example"], Lookups.Names);
        AssertFailed(receivers[2], "2 look-ups are under way");
    }

    [Fact]
    public void ResolveHostName_NoThreadCanBeMade_FailsWithTheReason()
    {
        GetAddrInfoResolver resolver = NewResolver();
        Threads.Refusal = new InvalidOperationException("No more threads.");
        RecordingReceiver refused = Ask(resolver, "example.com");
        RunTurn(ResolverLoop);
        AssertFailed(refused, "No more threads.");

        Threads.Refusal = null;
        RecordingReceiver again = Ask(resolver, "example.com");
        Threads.Refusal = new InvalidOperationException("No more threads.");
        RecordingReceiver waits = Ask(resolver, "other.example"); // There is one thread; it will do.
        Settle();

        Assert.NotEmpty(again.Addresses);
        Assert.NotEmpty(waits.Addresses);
    }

    [Fact]
    public void Close_WhileTheSystemIsAsked_DropsTheAnswer()
    {
        RecordingReceiver receiver = Ask(NewResolver(), "example.com");

        ResolverLoop.Close();
        Threads.RunAll();

        Assert.Equal(["began"], receiver.Journal);
    }

    [Theory]
    [InlineData(0, 0, 0.0, 0.0)]
    [InlineData(257, 0, 0.0, 0.0)]
    [InlineData(1, -1, 0.0, 0.0)]
    [InlineData(1, 0, -5.0, 0.0)]
    [InlineData(1, 0, 0.0, -1.0)]
    [InlineData(1, 0, 0.0, 100_000.0)]
    public void Options_OutOfRange_Throw(int maxThreads, int maxWaiting, double timeout, double idle) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GetAddrInfoResolver(
            ResolverLoop,
            new NameResolverOptions
            {
                MaxThreads = maxThreads,
                MaxWaiting = maxWaiting,
                Timeout = TimeSpan.FromSeconds(timeout),
                ThreadIdleTime = TimeSpan.FromSeconds(idle),
            }));
}
