using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Spindle.Tests.Support;
using Spindle.Threads;

namespace Spindle.Tests.Threads;

public sealed partial class ReactorThreadPoolTests : LedgerCheckedTest
{
    private readonly ConcurrentQueue<Exception> _errors = new();
    private readonly TrackedThreads _threads;

    public ReactorThreadPoolTests() => _threads = new TrackedThreads(Kernel);

    [Fact, Clause("THR-19")]
    public void Constructor_Defaults_AreThoseOfTheOriginal()
    {
        ReactorThreadPool pool = new();

        Assert.Equal((5, 20), (pool.Min, pool.Max));
        Assert.NotEqual(pool.Name, new ReactorThreadPool().Name);
        Assert.Equal(TimeSpan.FromSeconds(5), pool.JoinTimeout);
        Assert.Equal((0, 0, 0, 0), CountsOf(pool));
    }

    [Theory, Clause("THR-19")]
    [InlineData(-1, 5)]
    [InlineData(6, 5)]
    [InlineData(0, -1)]
    public void ConstructorAndAdjustPoolSize_NoSuchSize_Throws(int min, int max)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReactorThreadPool(min, max));
        Assert.Throws<ArgumentOutOfRangeException>(() => NewPool(1, 2).AdjustPoolSize(min, max));
    }

    [Fact, Clause("THR-19")]
    public void Start_NoWork_MakesTheMinimum()
    {
        ReactorThreadPool pool = NewPool(3, 5);
        Assert.Equal(0, _threads.Started);

        pool.Start();
        pool.Start(); // Harmless.

        Assert.Equal(3, _threads.Started);
        Assert.Equal((3, 3, 0, 0), CountsOf(pool));
    }

    [Theory, Clause("THR-19")]
    [InlineData(0, 1, 1)]
    [InlineData(0, 5, 3)]
    [InlineData(4, 5, 4)]
    [InlineData(0, 2, 2)]
    public void Start_WorkWaits_MakesAsManyAsItNeedsUpToTheMaximum(int min, int max, int expected)
    {
        ReactorThreadPool pool = NewPool(min, max);
        using CountdownEvent done = new(3);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(pool.CallInThread(() => done.Signal()));
        }

        Assert.Equal((0, 0, 0, 3), CountsOf(pool));
        pool.Start();

        Assert.Equal(expected, _threads.Started);
        Wait.For(done, "The work");
    }

    [Fact, Clause("THR-20", "THR-25")]
    public void CallInThread_Threads_AreUsedAgainThenMadeThenWaitedFor()
    {
        ReactorThreadPool pool = NewPool(0, 2);
        pool.Start();
        Occupation[] works = [new(), new(), new(), new()];

        pool.CallInThread(works[0].Work);
        Assert.Equal((1, 0, 1, 0), CountsOf(pool));
        Finish(pool, works[0], waiters: 1);
        Assert.Equal((1, 1, 0, 0), CountsOf(pool));

        pool.CallInThread(works[1].Work);
        Assert.Equal((1, 0, 1, 0), CountsOf(pool));
        pool.CallInThread(works[2].Work);
        Assert.Equal((2, 0, 2, 0), CountsOf(pool));
        pool.CallInThread(works[3].Work);
        Assert.Equal((2, 0, 2, 1), CountsOf(pool));
        Assert.Equal(2, _threads.Started);

        works[1].WaitUntilBegun();
        works[1].End();
        works[3].WaitUntilBegun();
        Assert.Equal((2, 0, 2, 0), CountsOf(pool));
        works[2].End();
        works[3].End();
    }

    [Fact, Clause("THR-20")]
    public void CallInThread_NoThreadIsFree_WaitsInOrder()
    {
        ReactorThreadPool pool = NewPool(0, 1);
        List<int> done = [];
        using ManualResetEventSlim isLastDone = new();
        for (int i = 0; i < 1_000; i++)
        {
            int number = i;
            pool.CallInThread(() => done.Add(number));
        }

        pool.CallInThread(isLastDone.Set);
        pool.Start();

        Wait.For(isLastDone, "The last call");
        Assert.Equal(Enumerable.Range(0, 1_000), done);
    }

    [Fact, Clause("THR-20")]
    public void Threads_Names_HaveThePoolsAndANumber()
    {
        ReactorThreadPool pool = NewPool(0, 2, "names");
        pool.Start();
        Occupation[] works = [new(), new()];
        foreach (Occupation work in works)
        {
            pool.CallInThread(work.Work);
        }

        foreach (Occupation work in works)
        {
            work.WaitUntilBegun(); // Both, before one ends: its thread would take the other.
        }

        foreach (Occupation work in works)
        {
            work.End();
        }

        Assert.Equal(["PoolThread-names-0", "PoolThread-names-1"], works.Select(work => work.ThreadName).Order());
    }

    [Fact, Clause("THR-21")]
    public void CallInThreadWithCallback_Result_IsHeardInTheSameThread()
    {
        ReactorThreadPool pool = NewStartedPool();
        int madeOn = 0;
        (int Result, Exception? Failure, int Thread) heard = default;

        CallAndWait<int>(
            pool,
            () =>
            {
                madeOn = Environment.CurrentManagedThreadId;
                return 42;
            },
            (result, failure) => heard = (result, failure, Environment.CurrentManagedThreadId));

        Assert.Equal((42, null, madeOn), heard);
        Assert.NotEqual(Environment.CurrentManagedThreadId, madeOn);
    }

    [Fact, Clause("THR-21")]
    public void CallInThreadWithCallback_CallThrows_TheFailureIsHeardAndNotLogged()
    {
        ReactorThreadPool pool = NewStartedPool();
        FormatException thrown = new("The call fails.");
        (int Result, Exception? Failure) heard = default;

        CallAndWait<int>(pool, () => throw thrown, (result, failure) => heard = (result, failure));

        Assert.Equal((0, thrown), heard);
        Assert.Empty(_errors);
    }

    [Fact, Clause("THR-21")]
    public void CallInThreadWithCallback_CallbackThrows_IsLoggedAndTheThreadGoesOn()
    {
        ReactorThreadPool pool = NewStartedPool();
        FormatException thrown = new("The callback fails.");

        pool.CallInThreadWithCallback<int>((_, _) => throw thrown, () => 1);
        DoOneMore(pool);

        Assert.Same(thrown, Assert.Single(_errors));
        Assert.Equal(1, _threads.Started);
    }

    [Fact, Clause("THR-21")]
    public void CallInThread_Throws_IsLoggedAndTheThreadGoesOn()
    {
        ReactorThreadPool pool = NewStartedPool();
        FormatException thrown = new("The call fails.");

        pool.CallInThread(() => throw thrown);
        DoOneMore(pool);

        Assert.Same(thrown, Assert.Single(_errors));
        Assert.Equal(1, _threads.Started);
    }

    [Fact, Clause("THR-21")]
    public void Constructor_Logger_HearsOfFailures()
    {
        RecordingLoggers log = new();
        ReactorThreadPool pool = new(0, 1, "logged", log.CreateLogger("pool"));
        FormatException thrown = new("The call fails.");
        pool.CallInThread(() => throw thrown);

        pool.Start();
        Assert.True(pool.Stop());

        Assert.Same(thrown, Assert.Single(log.Take()).Exception);
    }

    [Fact, Clause("THR-21", "I3")]
    public void Constructor_LoggerFails_TheThreadGoesOn()
    {
        RecordingLoggers log = new() { OnRecord = _ => throw new InvalidOperationException("The logger fails.") };
        ReactorThreadPool pool = new(0, 1, logger: log.CreateLogger("pool"));
        bool wasMade = false;
        pool.CallInThread(() => throw new FormatException("The call fails."));
        pool.CallInThreadWithCallback<bool>((_, _) => throw new FormatException("The callback fails."), () => true);
        pool.CallInThread(() => wasMade = true);

        pool.Start();
        Assert.True(pool.Stop());

        Assert.True(wasMade);
        Assert.Equal(2, log.Take().Count);
    }

    [Fact, Clause("THR-22")]
    public void CallInThreadWithCallback_AmbientValue_IsTheCallersInBothAndLeaksNowhere()
    {
        AsyncLocal<string> ambient = new() { Value = "of the pool's maker" };
        ReactorThreadPool pool = NewStartedPool();
        List<string?> seen = [];

        ambient.Value = "of the caller";
        CallAndWait<bool>(
            pool,
            () =>
            {
                seen.Add(ambient.Value);
                return true;
            },
            (_, _) =>
            {
                seen.Add(ambient.Value);
                ambient.Value = "of the call";
            });
        using (ExecutionContext.SuppressFlow())
        {
            CallAndWait<bool>(pool, () => true, (_, _) => seen.Add(ambient.Value));
        }

        Assert.Equal(["of the caller", "of the caller", null], seen);
    }

    [Fact, Clause("THR-22")]
    public void CallInThreadWithCallback_Done_IsLetGoOf()
    {
        ReactorThreadPool pool = NewStartedPool();
        WeakReference[] things = DoSomething(pool);
        WaitUntilIdle(pool, 1); // The thread waits for more.

        GC.Collect();

        Assert.All(things, thing => Assert.False(thing.IsAlive));
        GC.KeepAlive(pool);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] DoSomething(ReactorThreadPool pool)
    {
        object argument = new();
        object result = new();
        CallAndWait(
            pool,
            () =>
            {
                GC.KeepAlive(argument);
                return result;
            },
            (_, _) => { });
        return [new WeakReference(argument), new WeakReference(result)];
    }

    private static (int Workers, int Waiters, int Working, int Queue) CountsOf(ReactorThreadPool pool) =>
        (pool.Workers, pool.Waiters, pool.Working, pool.QueueSize);

    private static void CallAndWait<T>(ReactorThreadPool pool, Func<T> call, Action<T?, Exception?> onResult)
    {
        using ManualResetEventSlim heard = new();
        Assert.True(pool.CallInThreadWithCallback<T>(
            (result, failure) =>
            {
                onResult(result, failure);
                heard.Set();
            },
            call));
        Wait.For(heard, "The callback");
    }

    private static void DoOneMore(ReactorThreadPool pool)
    {
        Occupation work = new();
        pool.CallInThread(work.Work);
        work.WaitUntilBegun();
        work.End();
    }

    private static void Finish(ReactorThreadPool pool, Occupation work, int waiters)
    {
        work.WaitUntilBegun();
        work.End();
        WaitUntilIdle(pool, waiters);
    }

    // What a thread does after its work cannot be waited for in another way.
    private static void WaitUntilIdle(ReactorThreadPool pool, int waiters) =>
        Assert.True(SpinWait.SpinUntil(() => pool.Waiters == waiters, OffThread.Patience), "The threads did not become idle.");

    private ReactorThreadPool NewPool(int min, int max, string? name = null)
    {
        ReactorThreadPool pool = new(_threads, min, max, name, () => (_, failure) => _errors.Enqueue(failure));
        AtEnd(() => Assert.True(pool.Stop()));
        return pool;
    }

    private ReactorThreadPool NewStartedPool()
    {
        ReactorThreadPool pool = NewPool(0, 1);
        pool.Start();
        return pool;
    }
}
