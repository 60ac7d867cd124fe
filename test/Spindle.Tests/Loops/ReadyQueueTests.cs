using System.Runtime.CompilerServices;
using CsCheck;
using Spindle.Loops;

namespace Spindle.Tests.Loops;

public sealed class ReadyQueueTests
{
    [Fact]
    public void AddAndTake_AnyMixture_IsAQueue()
    {
        // Bursts of adding and of taking, so that the ring grows while its head is anywhere.
        Gen.Int[-150, 200].Array[0, 12].Sample(bursts =>
        {
            ReadyQueue queue = new();
            Queue<int> model = new();
            int next = 0;
            foreach (int burst in bursts)
            {
                for (int i = 0; i < burst; i++)
                {
                    queue.Add(static _ => { }, next);
                    model.Enqueue(next++);
                }

                for (int i = 0; i > burst && model.Count > 0; i--)
                {
                    Assert.Equal(model.Dequeue(), queue.Take().State);
                }

                Assert.Equal(model.Count, queue.Count);
            }

            while (model.TryDequeue(out int expected))
            {
                Assert.Equal(expected, queue.Take().State);
            }
        });
    }

    [Fact]
    public void Add_SeveralAtOnce_IsAQueue()
    {
        // Bursts that are added as one, and some that are not.
        Gen.Int[-700, 900].Array[0, 12].Sample(bursts =>
        {
            ReadyQueue queue = new();
            Queue<int> model = new();
            int next = 0;
            foreach (int burst in bursts)
            {
                int[] values = [.. Enumerable.Range(next, Math.Max(burst, 0))];
                next += values.Length;
                ReadyQueue.Entry[] entries = [.. values.Select(value => new ReadyQueue.Entry((SendOrPostCallback)(_ => { }), value))];
                queue.Add(entries.AsSpan(0, burst % 3 == 0 ? 0 : entries.Length));
                foreach (ReadyQueue.Entry entry in burst % 3 == 0 ? entries : [])
                {
                    queue.Add(entry);
                }

                Array.ForEach(values, model.Enqueue);
                for (int i = 0; i > burst && model.Count > 0; i--)
                {
                    Assert.Equal(model.Dequeue(), queue.Take().State);
                }

                Assert.Equal(model.Count, queue.Count);
            }

            while (model.TryDequeue(out int expected))
            {
                Assert.Equal(expected, queue.Take().State);
            }
        });
    }

    [Fact]
    public void Add_AFloodHasPassed_UsesItsMemoryAgainButDoesNotKeepAllOfIt()
    {
        const int Flood = 200_000;
        const int Entry = 16;
        ReadyQueue queue = new();
        AddAndTake(queue, Flood);

        Assert.InRange(AddAndTake(queue, 30_000), 0, 8_000);
        Assert.InRange(AddAndTake(queue, Flood), Flood * Entry * 3 / 4, Flood * Entry * 2);
    }

    [Fact]
    public void Take_Taken_IsNoLongerHeld()
    {
        ReadyQueue queue = new();
        WeakReference state = AddAndTake(queue);

        GC.Collect();

        Assert.False(state.IsAlive);
        GC.KeepAlive(queue);
    }

    [Fact]
    public void Clear_Some_LeavesNone()
    {
        ReadyQueue queue = new();
        queue.Add(static _ => { }, 1);
        queue.Clear();
        Assert.Equal(0, queue.Count);

        queue.Add(static _ => { }, 2);
        Assert.Equal(2, queue.Take().State);
    }

    /// <summary>Adds and takes so many.</summary>
    /// <returns>How many bytes that has allocated.</returns>
    private static long AddAndTake(ReadyQueue queue, int count)
    {
        SendOrPostCallback callback = static _ => { };
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < count; i++)
        {
            queue.Add(callback, null);
        }

        for (int i = 0; i < count; i++)
        {
            queue.Take();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference AddAndTake(ReadyQueue queue)
    {
        object state = new();
        queue.Add(static _ => { }, state);
        queue.Take();
        return new WeakReference(state);
    }
}
