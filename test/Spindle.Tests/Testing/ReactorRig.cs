using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Selectors;
using Spindle.Tests.Support;

namespace Spindle.Tests.Testing;

/// <summary>A reactor on a loop, a selector and a kernel of its own, run in the test's thread.</summary>
/// <remarks>
/// The test's body runs on the reactor; what it awaits is looked at once a turn, before the loop sleeps. When it is over
/// the reactor is stopped and closed, and then no descriptor may be open and no error may have been logged but those that
/// the test has taken.
/// </remarks>
internal sealed class ReactorRig
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(0.25);

    private readonly List<Expectation> _expectations = [];
    private readonly List<RawPeer> _rawPeers = []; // A test that forgets its peer must not have it closed by the garbage collector.
    private int _met; // How many have come true and wait to be told.
    private TimerHandle? _nextLook;

    public ReactorRig(SelectorKind kind)
    {
        Kernel = new FaultKernel(new LinuxKernel());
        Kernel.Plan.BeforeWait = MeetExpectations;
        Kind = kind;
    }

    public SelectorKind Kind { get; }

    public FaultKernel Kernel { get; }

    public FaultPlan Plan => Kernel.Plan;

    public RecordingLoggers Log { get; } = new();

    public SelectorEventLoop Loop { get; private set; } = null!;

    public AsyncSelectorReactor Reactor { get; private set; } = null!;

    /// <summary>How long a test waits before it has failed.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Runs a test's body on a reactor that runs.</summary>
    public static void Run(SelectorKind kind, Func<ReactorRig, Task> test) => new ReactorRig(kind).Run(test);

    /// <inheritdoc cref="Run(SelectorKind, Func{ReactorRig, Task})"/>
    public void Run(Func<ReactorRig, Task> test)
    {
        Open();
        try
        {
            Loop.RunUntilComplete(async () =>
            {
                Reactor.StartRunning();
                try
                {
                    await test(this);
                }
                finally
                {
                    await StopAsync();
                }
            });
        }
        finally
        {
            Close();
        }

        Assert.Empty(Kernel.Ledger.Describe());
        Assert.Empty(TakeErrors());
    }

    /// <summary>Makes the loop and the reactor.</summary>
    public void Open()
    {
        Loop = new SelectorEventLoop(new EventLoopOptions { Selector = Kind, LoggerFactory = Log, Debug = false }, Kernel);
        Reactor = new AsyncSelectorReactor(Loop);
    }

    /// <summary>Stops the reactor, if it runs; the loop goes on.</summary>
    public async Task StopAsync()
    {
        if (Reactor.IsRunning)
        {
            Reactor.Stop();
            await Reactor.Stopped;
        }
    }

    public void Close()
    {
        Reactor.Dispose();
        Loop.Close();
    }

    /// <summary>Waits until something holds.</summary>
    public Task Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        Expectation expectation = new(condition, new TaskCompletionSource());
        TimerHandle timer = Loop.CallLater(Patience, () =>
        {
            _expectations.Remove(expectation);
            expectation.Done.TrySetException(new TimeoutException($"It did not come to this: {what}"));
        });
        _expectations.Add(expectation);
        _nextLook ??= Loop.CallLater(LookAgainAfter, LookAgain);
        return WaitFor(expectation.Done.Task, timer);
    }

    /// <summary>Waits until the present turn is over, its end included.</summary>
    public Task NextTurn()
    {
        int now = Plan.Turns;
        return Until(() => Plan.Turns > now);
    }

    /// <summary>Waits until the loop has said that it sleeps: it has when it begins a wait that is not over at once. Thread: another one.</summary>
    public void WaitUntilAsleep()
    {
        SpinWait spin = default;
        while (!Plan.IsAsleep)
        {
            spin.SpinOnce();
        }
    }

    /// <summary>Waits until something that runs elsewhere is done.</summary>
    public async Task<T> Until<T>(Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        try
        {
            return await task.WaitAsync(Patience, Loop.TimeProvider);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"This was not done in time: {what}");
        }
    }

    /// <summary>Takes the exceptions that were logged since the last time.</summary>
    public IReadOnlyList<LogRecord> TakeErrors() => [.. Log.Take().Where(record => record.Level >= LogLevel.Warning)];

    /// <summary>Takes the one error that was logged.</summary>
    public LogRecord TakeError() => Assert.Single(TakeErrors());

    public IListeningPort Listen(IFactory factory, string host = "127.0.0.1", int port = 0, int backlog = 50) =>
        Reactor.ListenTcp(port, factory, backlog, host);

    /// <summary>Connects to a port of this reactor.</summary>
    public IConnector Connect(IListeningPort port, IClientFactory factory)
    {
        IPEndPoint address = AddressOf(port);
        return Reactor.ConnectTcp(address.Address.ToString(), address.Port, factory);
    }

    /// <summary>A connection of which both ends are this reactor's.</summary>
    public async Task<Pair> ConnectPair(RecordingProtocol? server = null, RecordingProtocol? client = null, string host = "127.0.0.1")
    {
        RecordingFactory serverFactory = new(() => server ?? new RecordingProtocol("server")) { Name = "servers" };
        RecordingFactory clientFactory = new(() => client ?? new RecordingProtocol("client")) { Name = "clients" };
        IListeningPort port = Listen(serverFactory, host);
        IConnector connector = Connect(port, clientFactory);
        await Until(() => serverFactory.Built.Count == 1 && clientFactory.Built.Count == 1);
        return new Pair(port, connector, serverFactory, clientFactory);
    }

    /// <summary>A connection of which the client is a socket of the runtime's, outside the reactor.</summary>
    public async Task<RawPair> ConnectRaw(RecordingProtocol? server = null)
    {
        RecordingProtocol protocol = server ?? new RecordingProtocol("server");
        IListeningPort port = Listen(new RecordingFactory(() => protocol) { Name = "servers" });
        RawPeer peer = RawPeer.Connect(AddressOf(port));
        _rawPeers.Add(peer);
        await Until(() => protocol.MadeCount == 1);
        return new RawPair(port, protocol, peer);
    }

    public static IPEndPoint AddressOf(IListeningPort port) => (IPEndPoint)port.GetHost();

    // What nothing wakes the loop for: a pipe, for one, ends later than its last close when a child that another test is
    // spawning holds it until its exec.
    private void LookAgain() => _nextLook = _expectations.Count > 0 ? Loop.CallLater(LookAgainAfter, LookAgain) : null;

    // A wait that was interrupted is begun again, and must not sleep then either.
    private bool MeetExpectations()
    {
        foreach (Expectation expectation in _expectations.Where(each => each.Condition()).ToArray())
        {
            _met++;
            _expectations.Remove(expectation);
            Loop.CallSoon(() =>
            {
                _met--;
                expectation.Done.TrySetResult();
            });
        }

        if (_expectations.Count == 0)
        {
            _nextLook?.Cancel();
            _nextLook = null;
        }

        return _met > 0;
    }

    private static async Task WaitFor(Task done, TimerHandle timer)
    {
        try
        {
            await done;
        }
        finally
        {
            timer.Cancel();
        }
    }
}
