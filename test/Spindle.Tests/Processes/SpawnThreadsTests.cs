using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Processes;
using Spindle.Tests.Support;

namespace Spindle.Tests.Processes;

/// <summary>The threads that make children beside the loop.</summary>
public sealed class SpawnThreadsTests
{
    private readonly StartedThreads _started = new(new LinuxKernel().WorkerThreads);

    [Fact, Clause("I5")]
    public async Task Add_ManyAtOnce_StartsOnlyTheFirstThreadItself()
    {
        SpawnThreads threads = new(_started);
        int caller = Environment.CurrentManagedThreadId;
        using Barrier together = new(SpawnThreads.MaxThreads);
        List<ExecutorWork<bool>> work = [.. Enumerable.Range(0, SpawnThreads.MaxThreads).Select(_ => new ExecutorWork<bool>(() => together.SignalAndWait(OffThread.Patience)))];

        foreach (ExecutorWork<bool> item in work)
        {
            threads.Add(item);
        }

        foreach (ExecutorWork<bool> item in work)
        {
            Assert.True(await item.Result.WaitAsync(OffThread.Patience)); // They were done at one time.
        }

        threads.Stop();
        _started.WaitForEnds();
        Assert.Equal(SpawnThreads.MaxThreads, _started.Starters.Count);
        Assert.Equal(1, _started.Starters.Count(starter => starter == caller));
    }

    [Fact, Clause("I5")]
    public async Task Add_OneAfterTheOther_NeedsOneThreadAndOneThatWaits()
    {
        SpawnThreads threads = new(_started);

        for (int i = 0; i < 20; i++)
        {
            ExecutorWork<int> work = new(() => i);
            threads.Add(work);
            Assert.Equal(i, await work.Result.WaitAsync(OffThread.Patience));
        }

        threads.Stop();
        _started.WaitForEnds();
        Assert.InRange(_started.Starters.Count, 2, SpawnThreads.MaxThreads);
    }

    [Fact, Clause("I5")]
    public async Task Add_NoMoreThreads_TheFirstDoesAll()
    {
        ScarceThreads scarce = new(_started) { Left = 1 };
        SpawnThreads threads = new(scarce);
        List<int> order = [];
        List<ExecutorWork<bool>> work = [.. Enumerable.Range(0, 5).Select(i => new ExecutorWork<bool>(() =>
        {
            order.Add(i);
            return true;
        }))];

        work.ForEach(threads.Add);
        threads.Stop(); // What is there is still done.

        foreach (ExecutorWork<bool> item in work)
        {
            Assert.True(await item.Result.WaitAsync(OffThread.Patience));
        }

        _started.WaitForEnds();
        Assert.Equal([0, 1, 2, 3, 4], order);
    }

    [Fact, Clause("I7")]
    public async Task Add_NoThreadAtAll_ThrowsAndWorksLater()
    {
        ScarceThreads scarce = new(_started);
        SpawnThreads threads = new(scarce);
        bool isDone = false;
        Assert.Throws<InsufficientMemoryException>(() => threads.Add(new ExecutorWork<bool>(() => isDone = true)));

        scarce.Left = 1;
        ExecutorWork<bool> work = new(() => true);
        threads.Add(work);

        Assert.True(await work.Result.WaitAsync(OffThread.Patience));
        threads.Stop();
        _started.WaitForEnds();
        Assert.False(isDone);
    }

    /// <summary>Threads, who started each, and their ends.</summary>
    private sealed class StartedThreads(IWorkerThreads real) : IWorkerThreads
    {
        private readonly CountdownEvent _running = new(1);
        private readonly Lock _lock = new();

        public List<int> Starters { get; } = [];

        public void Start(string name, Action body)
        {
            lock (_lock)
            {
                Starters.Add(Environment.CurrentManagedThreadId);
                _running.AddCount();
            }

            real.Start(name, () =>
            {
                body();
                _running.Signal();
            });
        }

        public void WaitForEnds()
        {
            _running.Signal();
            Wait.For(_running, "The end of every thread");
        }
    }
}
