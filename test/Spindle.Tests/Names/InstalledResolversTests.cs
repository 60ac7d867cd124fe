using System.Net;
using System.Net.Sockets;
using Spindle.Names;
using Spindle.Testing;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Names;

/// <summary>Simple and full resolvers, and what wraps them.</summary>
public sealed class InstalledResolversTests : LoopTest
{
    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Address6 = IPAddress.Parse("2001:db8::1");

    private readonly MemoryReactor _reactor = new();

    [Theory, Clause("NAME-1", "NAME-3")]
    [InlineData("", "0.0.0.0")]
    [InlineData("192.0.2.9", "192.0.2.9")]
    [InlineData("2001:db8::9", "2001:db8::9")]
    public void Resolve_NoNameOrAnAddress_IsAnsweredAtOnce(string name, string expected)
    {
        _reactor.InstallResolver(new SimpleResolver { OnAsked = (_, _) => throw new InvalidOperationException("It is not to be asked.") });

        Assert.Equal(IPAddress.Parse(expected), Finished.ResultOf(_reactor.Resolve(name)));
        Assert.Empty(_reactor.Names.Lookups);
    }

    [Fact, Clause("NAME-1", "NAME-12")]
    public void Resolve_Name_AsksTheSimpleResolver()
    {
        SimpleResolver simple = new();
        TimeSpan[] timeouts = [TimeSpan.FromSeconds(1)];
        _reactor.InstallResolver(simple);

        Task<IPAddress> task = _reactor.Resolve("example.com", timeouts);

        Assert.Equal(["example.com"], simple.Names);
        Assert.Same(timeouts, simple.Timeouts);
        Assert.False(task.IsCompleted);
        simple.Result.SetResult(Address);
        Assert.Same(Address, Finished.ResultOf(task));
    }

    [Fact, Clause("NAME-1")]
    public async Task Resolve_SimpleResolverThrows_FailsTheTask()
    {
        _reactor.InstallResolver(new SimpleResolver { OnAsked = (_, _) => throw new InvalidOperationException("Broken.") });

        Assert.IsType<InvalidOperationException>(_reactor.Resolve("example.com").Exception?.InnerException);
        await Assert.ThrowsAsync<ArgumentNullException>(() => _reactor.Resolve(null!));
    }

    [Fact, Clause("NAME-12", "NAME-13", "NAME-14")]
    public void InstallResolver_Simple_ReturnsTheOldOneAndWrapsTheNew()
    {
        SimpleResolver first = new();
        SimpleResolver second = new();

        IResolverSimple initial = _reactor.InstallResolver(first);

        Assert.IsType<ComplexResolverSimplifier>(initial);
        Assert.IsType<SimpleResolverComplexifier>(_reactor.NameResolver);
        Assert.Same(first, _reactor.InstallResolver(second));
        RecordingReceiver receiver = new();
        _reactor.NameResolver.ResolveHostName(receiver, "example.com");
        Assert.Equal(["example.com"], second.Names);
        Assert.Throws<ArgumentNullException>(() => _reactor.InstallResolver(null!));
    }

    [Fact, Clause("NAME-13")]
    public void InstallNameResolver_Full_ReturnsTheOldOneAndAnswersResolve()
    {
        MemoryNameResolver resolver = new();
        resolver.Add("example.com", Address6, Address);

        Assert.Same(_reactor.Names, _reactor.InstallNameResolver(resolver));

        Assert.Same(resolver, _reactor.NameResolver);
        Assert.Equal(Address, Finished.ResultOf(_reactor.Resolve("example.com")));
        IResolverSimple wrapper = _reactor.InstallResolver(new SimpleResolver());
        Assert.Equal(Address, Finished.ResultOf(wrapper.GetHostByName("example.com")));
        Assert.Throws<ArgumentNullException>(() => _reactor.InstallNameResolver(null!));
    }

    [Fact, Clause("NAME-16")]
    public void Simplifier_Name_AsksForIpv4AndFiresWithTheFirst()
    {
        ComplexResolverSimplifier simple = new(_reactor.Names, _reactor);
        Task<IPAddress> task = simple.GetHostByName("example.com");

        MemoryHostResolution lookup = Assert.Single(_reactor.Names.Lookups);
        Assert.Equal(("example.com", AddressFamily.InterNetwork, TransportSemantics.Tcp), (lookup.Name, lookup.AddressFamily, lookup.TransportSemantics));
        lookup.Answer(new UnixDomainSocketEndPoint("/no-address"), new IPEndPoint(Address6, 0), new IPEndPoint(Address, 0), new IPEndPoint(IPAddress.Loopback, 0));

        Assert.Equal(Address, Finished.ResultOf(task));
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    [Fact, Clause("NAME-16", "NAME-2", "NAME-17")]
    public void Simplifier_NoAddress_FailsNamingTheHost()
    {
        ComplexResolverSimplifier simple = new(_reactor.Names, _reactor);
        Task<IPAddress> unknown = simple.GetHostByName("unknown.example");
        Task<IPAddress> told = simple.GetHostByName("told.example");
        Task<IPAddress> broken = simple.GetHostByName("broken.example");
        DnsLookupException reason = new("the reason");
        InvalidOperationException fault = new("Broken.");

        _reactor.Names.Lookups[0].Complete(failure: null);
        _reactor.Names.Lookups[1].Complete(reason);
        _reactor.Names.Lookups[2].Complete(fault);

        Assert.Contains("unknown.example", AssertFailed<DnsLookupException>(unknown).Message, StringComparison.Ordinal);
        Assert.IsAssignableFrom<IOException>(AssertFailed<DnsLookupException>(unknown));
        Assert.Same(reason, AssertFailed<DnsLookupException>(told));
        Assert.Same(fault, AssertFailed<DnsLookupException>(broken).InnerException);
        Assert.Empty(_reactor.GetDelayedCalls());
    }

    public static TheoryData<double[]?, double> Timeouts => new()
    {
        { null, 60 },
        { [], 60 },
        { [1, 3], 4 },
        { [0.5], 0.5 },
    };

    [Theory, Clause("NAME-4", "NAME-17"), MemberData(nameof(Timeouts))]
    public void Simplifier_NoAnswer_FailsAfterTheSumOfTheTimeouts(double[]? timeouts, double sum)
    {
        ComplexResolverSimplifier simple = new(_reactor.Names, _reactor);

        Task<IPAddress> task = simple.GetHostByName("slow.example", timeouts?.Select(TimeSpan.FromSeconds).ToArray());

        _reactor.Advance(TimeSpan.FromSeconds(sum - 0.1));
        Assert.False(task.IsCompleted);
        _reactor.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Contains("slow.example", AssertFailed<DnsLookupException>(task).Message, StringComparison.Ordinal);
        Assert.True(_reactor.Names.Lookups[0].IsCancelled);
        _reactor.Names.Lookups[0].Answer(Address); // Too late.
    }

    [Fact]
    public Task Simplifier_NegativeTimeout_Throws() =>
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            new ComplexResolverSimplifier(_reactor.Names, _reactor).GetHostByName("example.com", [TimeSpan.FromSeconds(-1)]));

    [Fact]
    public void Simplifier_Cancelled_CancelsTheLookUp()
    {
        ComplexResolverSimplifier simple = new(_reactor.Names, _reactor);
        using CancellationTokenSource source = new();
        Task<IPAddress> task = simple.GetHostByName("example.com", null, source.Token);

        source.Cancel();

        Assert.True(task.IsCanceled);
        Assert.True(_reactor.Names.Lookups[0].IsCancelled);
        Assert.Empty(_reactor.GetDelayedCalls());
        Assert.True(simple.GetHostByName("example.com", null, source.Token).IsCanceled);
        Assert.Single(_reactor.Names.Lookups);
    }

    [Theory, Clause("NAME-15")]
    [InlineData(AddressFamily.Unspecified)]
    [InlineData(AddressFamily.InterNetwork)]
    public void Complexifier_Answer_IsOneAddressWithThePort(AddressFamily family)
    {
        SimpleResolver simple = new();
        RecordingReceiver receiver = new();

        IHostResolution resolution = new SimpleResolverComplexifier(simple).ResolveHostName(receiver, "b\u00fccher.example", 80, family);

        Assert.Same(resolution, receiver.Resolution);
        Assert.Equal("b\u00fccher.example", resolution.Name);
        Assert.Equal(["xn--bcher-kva.example"], simple.Names);
        Assert.Null(simple.Timeouts);
        Assert.Equal(["began"], receiver.Journal);
        simple.Result.SetResult(Address);
        Assert.Equal(["began", "192.0.2.1:80", "complete"], receiver.Journal);
    }

    [Fact, Clause("NAME-15", "NAME-9")]
    public void Complexifier_OtherFamilyIsWanted_HasNoAddress()
    {
        SimpleResolver simple = new();
        RecordingReceiver receiver = new();
        SimpleResolverComplexifier full = new(simple);

        full.ResolveHostName(receiver, "example.com", 80, AddressFamily.InterNetworkV6);
        simple.Result.SetResult(Address);

        Assert.Equal(["began", "complete"], receiver.Journal);
        Assert.IsType<DnsLookupException>(receiver.Failure);
        Assert.Throws<ArgumentException>(() => full.ResolveHostName(receiver, "example.com", 80, AddressFamily.Unix));
    }

    [Fact, Clause("NAME-15")]
    public void Complexifier_LookUpFails_CompletesAndLogsOnlyTheUnexpected()
    {
        SimpleResolver simple = new();
        SimpleResolverComplexifier full = new(simple, Loop);
        RecordingReceiver unknown = new();
        RecordingReceiver broken = new();
        RecordingReceiver noName = new();
        DnsLookupException reason = new("unknown.example");

        full.ResolveHostName(unknown, "unknown.example");
        simple.Result.SetException(reason);
        RunTurn();
        Assert.Empty(Log.Take());
        simple.OnAsked = (_, _) => throw new InvalidOperationException("Broken.");
        full.ResolveHostName(broken, "broken.example");
        full.ResolveHostName(noName, "\u00fc..example");
        RunTurn();

        Assert.All(new[] { unknown, broken, noName }, receiver => Assert.Equal(["began", "complete"], receiver.Journal));
        Assert.Same(reason, unknown.Failure);
        Assert.IsType<InvalidOperationException>(broken.Failure);
        Assert.IsType<DnsLookupException>(noName.Failure);
        Assert.Contains("broken.example", Assert.Single(Log.Take()).Text, StringComparison.Ordinal);
    }

    [Fact, Clause("NAME-15")]
    public void Complexifier_TaskIsCompletedElsewhere_AnswersOnTheLoop()
    {
        SimpleResolver simple = new();
        int thread = 0;
        RecordingReceiver receiver = new() { OnComplete = () => thread = Environment.CurrentManagedThreadId };
        new SimpleResolverComplexifier(simple, Loop).ResolveHostName(receiver, "example.com");

        OffThread.Run(() => simple.Result.SetResult(Address));
        Assert.Equal(["began"], receiver.Journal);
        RunTurn();

        Assert.True(receiver.IsComplete);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact, Clause("NAME-11", "NAME-15")]
    public void Complexifier_Cancelled_TellsTheSimpleResolverAndStopsDeliveries()
    {
        SimpleResolver simple = new();
        RecordingReceiver receiver = new();
        RecordingReceiver atOnce = new() { OnBegan = resolution => resolution.Cancel() };
        SimpleResolverComplexifier full = new(simple);
        full.ResolveHostName(atOnce, "example.com");
        Assert.Empty(simple.Names);
        IHostResolution resolution = full.ResolveHostName(receiver, "example.com");

        resolution.Cancel();

        Assert.True(simple.Cancelled.IsCancellationRequested);
        simple.Result.SetResult(Address);
        Assert.Equal(["began"], receiver.Journal);
    }

    [Fact, Clause("NAME-11", "NAME-15")]
    public void Complexifier_TokenIsUsedAfterTheAnswer_IsStillGood()
    {
        SimpleResolver simple = new();
        IHostResolution resolution = new SimpleResolverComplexifier(simple).ResolveHostName(new RecordingReceiver(), "example.com");

        simple.Result.SetResult(Address);

        Assert.False(simple.Cancelled.WaitHandle.WaitOne(TimeSpan.Zero)); // Throws if its source was disposed of.
        resolution.Cancel();
        Assert.False(simple.Cancelled.IsCancellationRequested);
    }

    [Fact, Clause("NAME-11", "NAME-15")]
    public void Complexifier_SimpleResolverFailsToStop_IsLogged()
    {
        SimpleResolver simple = new();
        IHostResolution resolution = new SimpleResolverComplexifier(simple, Loop).ResolveHostName(new RecordingReceiver(), "example.com");
        simple.Cancelled.Register(() => throw new NotSupportedException());

        resolution.Cancel();

        Assert.IsType<AggregateException>(Assert.Single(Log.Take()).Exception);
    }

    private static T AssertFailed<T>(Task task)
        where T : Exception
    {
        Assert.True(task.IsFaulted);
        return Assert.IsType<T>(task.Exception!.InnerException);
    }

    /// <summary>A simple resolver that the test answers.</summary>
    private sealed class SimpleResolver : IResolverSimple
    {
        public List<string> Names { get; } = [];

        public IReadOnlyList<TimeSpan>? Timeouts { get; private set; }

        public CancellationToken Cancelled { get; private set; }

        public TaskCompletionSource<IPAddress> Result { get; } = new();

        public Action<string, IReadOnlyList<TimeSpan>?>? OnAsked { get; set; }

        public Task<IPAddress> GetHostByName(string name, IReadOnlyList<TimeSpan>? timeouts = null, CancellationToken cancellationToken = default)
        {
            Names.Add(name);
            Timeouts = timeouts;
            Cancelled = cancellationToken;
            OnAsked?.Invoke(name, timeouts);
            return Result.Task;
        }
    }
}
