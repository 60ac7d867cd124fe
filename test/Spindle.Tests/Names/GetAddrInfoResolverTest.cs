using System.Net;
using System.Net.Sockets;
using Spindle.Loops;
using Spindle.Names;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Names;

/// <summary>A test of the default resolver in one thread and on a clock that stands still: the test does the threads' work.</summary>
public abstract class GetAddrInfoResolverTest : LoopTest
{
    private protected static readonly IPAddress First = IPAddress.Parse("192.0.2.1");
    private protected static readonly IPAddress Second = IPAddress.Parse("2001:db8::1");

    private protected GetAddrInfoResolverTest()
    {
        ResolverLoop = NewLoop(new KernelDouble(Kernel) { Clock = Clock, WorkerThreads = Threads, NameLookups = Lookups });
        Lookups.Answer = _ => [First, Second];
    }

    private protected ManualClock Clock { get; } = new();

    private protected InlineThreads Threads { get; } = new();

    private protected ScriptedLookups Lookups { get; } = new();

    private protected SelectorEventLoop ResolverLoop { get; }

    /// <summary>A resolver whose threads end when there is nothing to do, and do not wait.</summary>
    private protected GetAddrInfoResolver NewResolver(int maxThreads = 8, int maxWaiting = 1_000) =>
        new(ResolverLoop, new NameResolverOptions { MaxThreads = maxThreads, MaxWaiting = maxWaiting, ThreadIdleTime = TimeSpan.Zero });

    private protected static RecordingReceiver Ask(
        GetAddrInfoResolver resolver,
        string name,
        int port = 0,
        AddressFamily family = AddressFamily.Unspecified,
        TransportSemantics semantics = TransportSemantics.Tcp)
    {
        RecordingReceiver receiver = new();
        resolver.ResolveHostName(receiver, name, port, family, semantics);
        return receiver;
    }

    /// <summary>Does the threads' work, then runs a turn.</summary>
    private protected void Settle()
    {
        Threads.RunAll();
        RunTurn(ResolverLoop);
    }

    private protected void Advance(double seconds)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        RunTurn(ResolverLoop);
    }

    private protected static void AssertFailed(RecordingReceiver receiver, string text)
    {
        Assert.Equal(["began", "complete"], receiver.Journal);
        Assert.Contains(text, Assert.IsType<DnsLookupException>(receiver.Failure).Message, StringComparison.Ordinal);
    }
}
