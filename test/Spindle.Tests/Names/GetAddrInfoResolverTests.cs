using System.Net;
using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Names;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Names;

public sealed class GetAddrInfoResolverTests : GetAddrInfoResolverTest
{
    [Fact, Clause("NAME-5", "NAME-6", "NAME-7")]
    public void ResolveHostName_Name_BeginsAtOnceAndIsAnsweredInALaterTurn()
    {
        RecordingReceiver receiver = new();

        IHostResolution resolution = NewResolver().ResolveHostName(receiver, "Example.com", 80);

        Assert.Same(resolution, receiver.Resolution);
        Assert.Equal("Example.com", resolution.Name);
        Assert.Equal(["began"], receiver.Journal);
        Assert.Empty(Lookups.Calls);
        Threads.RunAll();
        Assert.Equal(["began"], receiver.Journal);
        RunTurn(ResolverLoop);
        Assert.Equal(["began", "192.0.2.1:80", "[2001:db8::1]:80", "complete"], receiver.Journal);
        Assert.Null(receiver.Failure);
    }

    [Fact, Clause("NAME-8")]
    public void ResolveHostName_DuplicatesAndScopes_AreKeptInOrder()
    {
        IPAddress local = new(IPAddress.Parse("fe80::1").GetAddressBytes(), 7);
        Lookups.Answer = _ => [local, First, First, local];

        RecordingReceiver receiver = Ask(NewResolver(), "example.com", port: 443);
        Settle();

        Assert.Equal([new IPEndPoint(local, 443), new IPEndPoint(First, 443), new IPEndPoint(First, 443), new IPEndPoint(local, 443)], receiver.Addresses);
        Assert.Equal(7, ((IPEndPoint)receiver.Addresses[0]).Address.ScopeId);
    }

    [Theory, Clause("NAME-9")]
    [InlineData(AddressFamily.Unspecified, TransportSemantics.Tcp, SocketConstants.AF_UNSPEC, SocketConstants.SOCK_STREAM)]
    [InlineData(AddressFamily.InterNetwork, TransportSemantics.Tcp, SocketConstants.AF_INET, SocketConstants.SOCK_STREAM)]
    [InlineData(AddressFamily.InterNetworkV6, TransportSemantics.Udp, SocketConstants.AF_INET6, SocketConstants.SOCK_DGRAM)]
    public void ResolveHostName_FamilyAndSemantics_AreWhatTheSystemIsAsked(AddressFamily family, TransportSemantics semantics, int asked, int socketType)
    {
        Ask(NewResolver(), "example.com", family: family, semantics: semantics);
        Settle();

        Assert.Equal([("example.com", asked, socketType)], Lookups.Calls);
    }

    [Fact, Clause("NAME-9")]
    public void ResolveHostName_WrongArguments_ThrowAndBeginNothing()
    {
        GetAddrInfoResolver resolver = NewResolver();
        RecordingReceiver receiver = new();

        Assert.Throws<ArgumentException>(() => resolver.ResolveHostName(receiver, "example.com", 0, AddressFamily.Unix));
        Assert.Throws<ArgumentException>(() => resolver.ResolveHostName(receiver, "example.com", 0, AddressFamily.InterNetwork, (TransportSemantics)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => resolver.ResolveHostName(receiver, "example.com", -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => resolver.ResolveHostName(receiver, "example.com", 65536));
        Assert.Throws<ArgumentNullException>(() => resolver.ResolveHostName(null!, "example.com"));
        Assert.Throws<ArgumentNullException>(() => resolver.ResolveHostName(receiver, null!));
        Assert.Empty(receiver.Journal);
        Assert.Equal(0, Threads.Started);
    }

    [Fact, Clause("NAME-10", "NAME-2")]
    public void ResolveHostName_SystemReportsAnError_CompletesWithoutAddresses()
    {
        Lookups.Answer = _ => [];
        Lookups.Error = "Name or service not known";

        RecordingReceiver receiver = Ask(NewResolver(), "nowhere.example");
        Settle();

        AssertFailed(receiver, "nowhere.example: Name or service not known");
    }

    [Fact, Clause("NAME-10")]
    public void ResolveHostName_LookUpThrows_IsLoggedAndCompletes()
    {
        Lookups.Answer = _ => throw new InvalidOperationException("Broken.");

        RecordingReceiver receiver = Ask(NewResolver(), "example.com");
        Settle();

        Assert.Equal(["began", "complete"], receiver.Journal);
        Assert.IsType<InvalidOperationException>(receiver.Failure);
        Assert.Contains("example.com", Assert.Single(Log.Take()).Text, StringComparison.Ordinal);
    }

    [Fact, Clause("NAME-7", "NAME-10")]
    public void ResolutionReceiver_Throws_IsLoggedAndHearsTheRest()
    {
        RecordingReceiver receiver = new()
        {
            OnAddress = _ => throw new InvalidOperationException("Not that one."),
            OnComplete = () => throw new InvalidOperationException("Nor now."),
        };
        RecordingReceiver other = new();
        GetAddrInfoResolver resolver = NewResolver();

        resolver.ResolveHostName(receiver, "example.com");
        resolver.ResolveHostName(other, "example.com");
        Settle();

        Assert.Equal(["began", "192.0.2.1:0", "[2001:db8::1]:0", "complete"], receiver.Journal);
        Assert.Equal(receiver.Journal, other.Journal);
        Assert.Equal(3, Log.Take().Count);
    }

    [Fact]
    public void ResolutionBegan_Throws_ReachesTheCallerAndBeginsNothing()
    {
        RecordingReceiver receiver = new() { OnBegan = _ => throw new InvalidOperationException("No.") };

        Assert.Throws<InvalidOperationException>(() => NewResolver().ResolveHostName(receiver, "example.com"));

        Assert.Equal(0, Threads.Started);
    }

    [Fact, Clause("NAME-11")]
    public void Cancel_BeforeTheSystemIsAsked_DoesNotAskIt()
    {
        RecordingReceiver receiver = Ask(NewResolver(), "example.com");

        receiver.Resolution!.Cancel();
        receiver.Resolution.Cancel();
        Settle();
        Advance(100);

        Assert.Equal(["began"], receiver.Journal);
        Assert.Empty(Lookups.Calls);
    }

    [Fact, Clause("NAME-11")]
    public void Cancel_WhileTheSystemIsAsked_DropsTheAnswer()
    {
        RecordingReceiver receiver = Ask(NewResolver(), "example.com");
        Threads.RunAll();

        receiver.Resolution!.Cancel();
        RunTurn(ResolverLoop);

        Assert.Equal(["began"], receiver.Journal);
    }

    [Fact, Clause("NAME-11")]
    public void Cancel_WithinACallback_StopsDeliveries()
    {
        GetAddrInfoResolver resolver = NewResolver();
        RecordingReceiver atOnce = new() { OnBegan = resolution => resolution.Cancel() };
        RecordingReceiver first = new();
        first.OnAddress = _ => first.Resolution!.Cancel();
        RecordingReceiver last = new();
        last.OnComplete = () => last.Resolution!.Cancel();

        resolver.ResolveHostName(atOnce, "first.example");
        Assert.Equal(0, Threads.Started);
        resolver.ResolveHostName(first, "second.example");
        resolver.ResolveHostName(last, "second.example");
        Settle();

        Assert.Equal(["began"], atOnce.Journal);
        Assert.Equal(["began", "192.0.2.1:0"], first.Journal);
        Assert.Equal(["began", "192.0.2.1:0", "[2001:db8::1]:0", "complete"], last.Journal);
    }

    [Fact, Clause("NAME-4")]
    public void ResolveHostName_NoAnswerInTime_CompletesAndIgnoresALaterOne()
    {
        RecordingReceiver receiver = Ask(NewResolver(), "slow.example");

        Advance(59.9);
        Assert.Equal(["began"], receiver.Journal);
        Advance(0.1);
        AssertFailed(receiver, "slow.example: no answer within 60 s");

        Settle();
        Assert.Equal(["began", "complete"], receiver.Journal);
        Assert.Empty(Lookups.Calls); // Nobody waited for it any more.
    }

    [Fact]
    public void ResolveHostName_InfiniteTimeout_WaitsForTheSystem()
    {
        GetAddrInfoResolver resolver = new(
            ResolverLoop,
            new NameResolverOptions { Timeout = Timeout.InfiniteTimeSpan, ThreadIdleTime = TimeSpan.Zero });
        RecordingReceiver receiver = Ask(resolver, "slow.example");

        Advance(100_000);
        Assert.Equal(["began"], receiver.Journal);
        Settle();

        Assert.True(receiver.IsComplete);
    }

    [Theory]
    [InlineData("192.0.2.7", AddressFamily.Unspecified, "192.0.2.7:5")]
    [InlineData("192.0.2.7", AddressFamily.InterNetwork, "192.0.2.7:5")]
    [InlineData("192.0.2.7", AddressFamily.InterNetworkV6, null)]
    [InlineData("::1", AddressFamily.Unspecified, "[::1]:5")]
    [InlineData("::1", AddressFamily.InterNetwork, null)]
    public void ResolveHostName_Address_IsItsOwnAnswerInTheNextTurn(string text, AddressFamily family, string? expected)
    {
        RecordingReceiver receiver = Ask(NewResolver(), text, port: 5, family: family);
        Assert.Equal(["began"], receiver.Journal);

        RunTurn(ResolverLoop);

        Assert.Equal(expected is null ? ["began", "complete"] : ["began", expected, "complete"], receiver.Journal);
        Assert.Equal(expected is null, receiver.Failure is DnsLookupException);
        Assert.Equal(0, Threads.Started);
    }

    [Fact]
    public void ResolveHostName_NameOutsideOfAscii_IsEncoded()
    {
        Ask(NewResolver(), "b\u00fccher.example");
        Settle();

        Assert.Equal(["xn--bcher-kva.example"], Lookups.Names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("\u00fc..example")]
    public void ResolveHostName_NoName_CompletesWithTheReason(string name)
    {
        RecordingReceiver receiver = Ask(NewResolver(), name);
        RunTurn(ResolverLoop);

        AssertFailed(receiver, "no host name");
        Assert.Equal(0, Threads.Started);
    }

    [Fact]
    public void ResolveHostName_OtherThread_Throws()
    {
        GetAddrInfoResolver resolver = NewResolver();
        ResolverLoop.CallSoon(() =>
        {
            OffThread.Run(() => Assert.Throws<InvalidOperationException>(() => resolver.ResolveHostName(new RecordingReceiver(), "example.com")));
        });
        RunTurn(ResolverLoop);
    }
}
