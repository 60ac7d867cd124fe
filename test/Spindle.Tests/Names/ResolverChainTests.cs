using System.Net;
using System.Net.Sockets;
using Spindle.Names;
using Spindle.Testing;

namespace Spindle.Tests.Names;

public sealed class ResolverChainTests : ResolverTest
{
    private readonly MemoryNameResolver _first = new();
    private readonly MemoryNameResolver _second = new();
    private readonly AddressRecorder _receiver = new();

    [Fact]
    public void ResolveHostName_FirstKnowsIt_DoesNotAskTheSecond()
    {
        Start();
        _first.Lookups[0].Answer(IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2"));

        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80"], _receiver.Addresses);
        Assert.True(_receiver.IsComplete);
        Assert.Empty(_second.Lookups);
    }

    [Fact]
    public void ResolveHostName_FirstDoesNotKnowIt_AsksTheSecondTheSame()
    {
        Start(AddressFamily.InterNetwork);
        _first.Lookups[0].Complete(new DnsLookupException("not here"));
        Assert.False(_receiver.IsComplete);
        Assert.Equal(("x", 80, AddressFamily.InterNetwork), (_second.Lookups[0].Name, _second.Lookups[0].Port, _second.Lookups[0].AddressFamily));
        _second.Lookups[0].Answer(IPAddress.Parse("10.0.0.3"));

        Assert.Equal(["10.0.0.3:80"], _receiver.Addresses);
        Assert.Null(_receiver.Resolution!.Failure);
    }

    [Fact]
    public void ResolveHostName_NobodyKnowsIt_HasTheLastReason()
    {
        Start();
        _first.Lookups[0].Complete(new DnsLookupException("not here"));
        _second.Lookups[0].Complete(new DnsLookupException("nor here"));

        Assert.Contains("nor here", FailureOf(_receiver), StringComparison.Ordinal);
    }

    [Fact]
    public void ResolveHostName_LastGivesNoReason_HasTheOneBefore()
    {
        Start();
        _first.Lookups[0].Complete(new DnsLookupException("not here"));
        _second.Lookups[0].Complete(null);

        Assert.Contains("not here", FailureOf(_receiver), StringComparison.Ordinal);
    }

    [Fact]
    public void ResolveHostName_OneThrows_IsLoggedAndTheNextIsAsked()
    {
        new ResolverChain(Loop, new ThrowingResolver(), _second).ResolveHostName(_receiver, "x", 80);
        Assert.IsType<NotSupportedException>(Assert.Single(Log.Take()).Exception);
        _second.Lookups[0].Answer(IPAddress.Parse("10.0.0.3"));

        Assert.Equal(["10.0.0.3:80"], _receiver.Addresses);
    }

    [Fact]
    public void ResolveHostName_AllThrow_CompletesWithThat()
    {
        new ResolverChain(Loop, new ThrowingResolver(), new ThrowingResolver()).ResolveHostName(_receiver, "x", 80);
        Assert.Equal(2, Log.Take().Count);

        Assert.True(_receiver.IsComplete);
        Assert.IsType<NotSupportedException>(_receiver.Resolution!.Failure);
    }

    [Fact]
    public void Cancel_WhileASecondIsAsked_CancelsThatOne()
    {
        IHostResolution resolution = Start();
        _first.Lookups[0].Complete(null);
        resolution.Cancel();

        Assert.True(_second.Lookups[0].IsCancelled);
        Assert.False(_receiver.IsComplete);
    }

    [Fact]
    public void Constructor_NoResolver_Throws()
    {
        Assert.Throws<ArgumentException>(() => new ResolverChain(Loop));
        Assert.Throws<ArgumentException>(() => new ResolverChain(Loop, _first, null!));
    }

    private IHostResolution Start(AddressFamily family = AddressFamily.Unspecified) =>
        new ResolverChain(Loop, _first, _second).ResolveHostName(_receiver, "x", 80, family);

    private sealed class ThrowingResolver : IHostnameResolver
    {
        public IHostResolution ResolveHostName(
            IResolutionReceiver receiver,
            string hostName,
            int portNumber = 0,
            AddressFamily addressFamily = AddressFamily.Unspecified,
            TransportSemantics transportSemantics = TransportSemantics.Tcp) => throw new NotSupportedException();
    }
}
