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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference AddAndTake(ReadyQueue queue)
    {
        object state = new();
        queue.Add(static _ => { }, state);
        queue.Take();
        return new WeakReference(state);
    }
}
