using System.Net.Sockets;
using Spindle.Names;
using Spindle.Tests.Support;

namespace Spindle.Tests.Names;

public sealed class DnsResolverTests : ResolverTest
{
    [Theory]
    [InlineData(AddressFamily.Unspecified, "[fd00::1]:80", "10.0.0.1:80", "10.0.0.2:80")]
    [InlineData(AddressFamily.InterNetwork, "10.0.0.1:80", "10.0.0.2:80")]
    [InlineData(AddressFamily.InterNetworkV6, "[fd00::1]:80")]
    public void ResolveHostName_Known_HasTheAddressesThatAreWanted(AddressFamily family, params string[] addresses)
    {
        DnsServer server = Serve(question => question.Name == "printer.example" ? DnsReply.Of("10.0.0.1", "10.0.0.2", "fd00::1") : DnsReply.NoSuchName);
        Assert.Equal(addresses, Resolve(NewResolver(server), "printer.example", family).Addresses);
    }

    [Fact]
    public void ResolveHostName_OneFamilyOnly_HasThat()
    {
        DnsServer server = Serve(_ => DnsReply.Of("fd00::1"));
        Assert.Equal(["[fd00::1]:80"], Resolve(NewResolver(server), "printer.example").Addresses);
    }

    [Fact]
    public void ResolveHostName_NoSuchName_SaysSo()
    {
        DnsServer server = Serve(_ => DnsReply.NoSuchName);
        Assert.Contains("nobody.example: Non-Existent Domain", FailureOf(Resolve(NewResolver(server), "nobody.example")), StringComparison.Ordinal);
        Assert.Equal(2, server.Asked.Count); // Once for each family: an answer is an answer.
    }

    [Fact]
    public void ResolveHostName_NoAddress_SaysSo()
    {
        DnsServer server = Serve(_ => DnsReply.Nothing);
        Assert.Contains("has no address", FailureOf(Resolve(NewResolver(server), "mail.example")), StringComparison.Ordinal);
    }

    [Fact]
    public void ResolveHostName_NoNameOfDns_SaysSo()
    {
        DnsServer server = Serve(_ => DnsReply.Of("10.0.0.1"));
        Assert.Contains("DNS lookup failed", FailureOf(Resolve(NewResolver(server), new string('a', 64) + ".example")), StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Fact]
    public void ResolveHostName_Truncated_AsksOverTcp()
    {
        DnsServer server = Serve(question => question.IsTcp ? DnsReply.Of("10.0.0.1") : DnsReply.Truncated);
        Assert.Equal(["10.0.0.1:80"], Resolve(NewResolver(server), "big.example", AddressFamily.InterNetwork).Addresses);
        Assert.Equal([false, true], server.Asked.Select(question => question.IsTcp));
    }

    [Fact]
    public void ResolveHostName_SilentOnce_AsksAgain()
    {
        int asked = 0;
        DnsServer server = Serve(_ => Interlocked.Increment(ref asked) == 1 ? null : DnsReply.Of("10.0.0.1"));
        DnsResolver resolver = NewResolver(server, new DnsResolverOptions { Servers = [server.Address], AttemptTimeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(["10.0.0.1:80"], Resolve(resolver, "slow.example", AddressFamily.InterNetwork).Addresses);
    }

    [Fact]
    public void ResolveHostName_FirstServerFails_AsksTheSecond()
    {
        DnsServer broken = Serve(_ => DnsReply.ServerFailed);
        DnsServer server = Serve(_ => DnsReply.Of("10.0.0.1"));
        DnsResolver resolver = NewResolver(server, new DnsResolverOptions { Servers = [broken.Address, server.Address] });
        Assert.Equal(["10.0.0.1:80"], Resolve(resolver, "printer.example", AddressFamily.InterNetwork).Addresses);
        Assert.NotEmpty(broken.Asked);
    }

    [Fact]
    public void ResolveHostName_SilentForOneFamily_DoesNotWaitLongForIt()
    {
        DnsServer server = Serve(question => question.IsIPv6 ? null : DnsReply.Of("10.0.0.1"));
        DnsResolver resolver = NewResolver(server, new DnsResolverOptions
        {
            Servers = [server.Address],
            AttemptTimeout = OffThread.Patience, // The test fails if it is waited for.
            Timeout = Timeout.InfiniteTimeSpan,
            FamilyDelay = TimeSpan.FromMilliseconds(20),
        });
        Assert.Equal(["10.0.0.1:80"], Resolve(resolver, "half.example").Addresses);
    }

    [Fact]
    public void ResolveHostName_Again_IsAnsweredFromTheCacheIfThereIsOne()
    {
        DnsServer server = Serve(_ => DnsReply.Of("10.0.0.1"));
        DnsResolver resolver = NewResolver(server);
        Resolve(resolver, "printer.example", AddressFamily.InterNetwork);
        Assert.Equal(["10.0.0.1:80"], Resolve(resolver, "printer.example", AddressFamily.InterNetwork).Addresses);
        Assert.Single(server.Asked);

        DnsResolver forgetful = NewResolver(server, new DnsResolverOptions { Servers = [server.Address], UseCache = false });
        Resolve(forgetful, "printer.example", AddressFamily.InterNetwork);
        Resolve(forgetful, "printer.example", AddressFamily.InterNetwork);
        Assert.Equal(3, server.Asked.Count);
    }

    [Fact]
    public void ResolveHostName_DeadServer_EndsAllByTheirTimeAndDelaysNobody()
    {
        const int Count = 50;
        DnsServer server = Serve(_ => null);
        DnsResolver resolver = NewResolver(server, new DnsResolverOptions { Servers = [server.Address], Timeout = TimeSpan.FromSeconds(3) });
        List<AddressRecorder> receivers = [];
        int left = Count;
        int ticks = 0;
        int poolWork = 0;
        Loop.CallSoon(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                AddressRecorder receiver = new() { Completed = () => left -= 1 };
                receivers.Add(receiver);
                resolver.ResolveHostName(receiver, $"name{i}.example", 80);
            }

            Tick();
        });
        Run();

        // While all of them wait, the loop's timers run and the pool does what others give it. None was answered before its time.
        Assert.True(ticks > 5, $"The loop's timer ran {ticks} times in three seconds.");
        Assert.True(poolWork > 5, $"The thread pool did {poolWork} pieces of work in three seconds.");
        Assert.All(receivers, receiver => Assert.Contains("no answer within 3 s", FailureOf(receiver), StringComparison.Ordinal));

        void Tick()
        {
            if (left == 0)
            {
                Loop.Stop();
                return;
            }

            ticks += left == Count ? 1 : 0;
            Loop.CallLater(TimeSpan.FromMilliseconds(10), () => Loop.Spawn(async () =>
            {
                await Task.Run(() => poolWork++); // One after the other, each awaited.
                Tick();
            }));
        }
    }

    [Fact]
    public void Cancel_WhileTheServerIsSilent_EndsItInSilence()
    {
        using SemaphoreSlim asked = new(0);
        DnsServer server = Serve(_ =>
        {
            asked.Release();
            return null;
        });
        AddressRecorder receiver = new();
        IHostResolution resolution = NewResolver(server).ResolveHostName(receiver, "x.example");
        Wait.For(asked, 2, "The question");
        resolution.Cancel();
        RunTurn();

        Assert.False(receiver.IsComplete);
    }

    [Fact]
    public void ResolveHostName_TooMany_FailsAtOnce()
    {
        DnsServer server = Serve(_ => null);
        DnsResolver resolver = NewResolver(server, new DnsResolverOptions { Servers = [server.Address], MaxConcurrent = 1, MaxWaiting = 1 });
        AddressRecorder first = new();
        AddressRecorder second = new();
        resolver.ResolveHostName(first, "a.example");
        resolver.ResolveHostName(second, "b.example");

        Assert.Contains("MaxWaiting", FailureOf(Resolve(resolver, "c.example")), StringComparison.Ordinal);
        first.Resolution!.Cancel();
        second.Resolution!.Cancel();
    }

    [Fact]
    public void ResolveHostName_InAChain_ComesAfterTheHostsFile()
    {
        DnsServer server = Serve(_ => DnsReply.Of("10.0.0.1"));
        using ScratchFolder folder = new();
        File.WriteAllText(folder.File("hosts"), "10.0.0.9 scanner\n");
        ResolverChain chain = new(Loop, new HostsFileResolver(Loop, folder.File("hosts")), NewResolver(server));

        Assert.Equal(["10.0.0.9:80"], Resolve(chain, "scanner").Addresses);
        Assert.Equal(["10.0.0.1:80"], Resolve(chain, "printer").Addresses);
    }

    [Fact]
    public void Constructor_OptionsOutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DnsResolver(Loop, new DnsResolverOptions { AttemptTimeout = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DnsResolver(Loop, new DnsResolverOptions { Retries = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DnsResolver(Loop, new DnsResolverOptions { MaxConcurrent = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DnsResolver(Loop, new DnsResolverOptions { Timeout = TimeSpan.FromSeconds(-2) }));
    }

    private DnsServer Serve(Func<DnsQuestion, DnsReply?> answer)
    {
        DnsServer server = new(answer);
        AtEnd(server.Dispose);
        return server;
    }

    private DnsResolver NewResolver(DnsServer server, DnsResolverOptions? options = null) =>
        new(Loop, options ?? new DnsResolverOptions { Servers = [server.Address] });
}
