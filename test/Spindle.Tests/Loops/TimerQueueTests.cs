using CsCheck;
using Spindle.Loops;

namespace Spindle.Tests.Loops;

public sealed class TimerQueueTests
{
    private enum Operation
    {
        Add,
        Remove,
        Move,
        TakeDue,
        PrepareDue,
    }

    [Fact, Clause("LOOP-10", "LOOP-12")]
    public void AnyOperations_Always_DoWhatASortedListDoes()
    {
        // More additions than removals, so that the heap grows deep; few times, so that many are equal.
        Gen<Operation> operation = Gen.FrequencyConst(
            (6, Operation.Add), (3, Operation.Remove), (1, Operation.Move), (1, Operation.TakeDue), (1, Operation.PrepareDue));
        Gen<(Operation Operation, int Which, int Due)[]> operations =
            Gen.Select(operation, Gen.Int[0, 1_000], Gen.Int[-5, 50]).Array[0, 400];

        operations.Sample(steps =>
        {
            Model model = new(many: steps.Length / 8);
            foreach ((Operation step, int which, int due) in steps)
            {
                model.Do(step, which, due);
            }

            model.Drain();
        });
    }

    [Fact, Clause("LOOP-10")]
    public void TryTakeDue_EqualTimes_IsFirstInFirstOut()
    {
        TimerQueue<Node> queue = new();
        Node[] nodes = [.. Enumerable.Range(0, 100).Select(_ => new Node())];
        foreach (Node node in nodes)
        {
            queue.Add(node, 7);
        }

        foreach (Node node in nodes)
        {
            Assert.True(queue.TryTakeDue(7, out Node? taken));
            Assert.Same(node, taken);
        }

        Assert.False(queue.TryTakeDue(long.MaxValue, out _));
    }

    [Fact]
    public void Add_WithAPlaceGivenOutBefore_TakesThatPlaceAmongEquals()
    {
        TimerQueue<Node> queue = new();
        Node first = new();
        long place = queue.NextSequence();
        queue.Add(new Node(), 7);

        queue.Add(first, 7, place);

        Assert.True(queue.TryTakeDue(7, out Node? taken));
        Assert.Same(first, taken);
    }

    [Fact]
    public void TryTakeDue_NotDueYet_IsFalse()
    {
        TimerQueue<Node> queue = new();
        Assert.Equal(long.MaxValue, queue.FirstDue);
        queue.Add(new Node(), 7);

        Assert.False(queue.TryTakeDue(6, out Node? taken));
        Assert.Null(taken);
        Assert.Equal(7, queue.FirstDue);
    }

    [Fact]
    public void Clear_Some_LetsGoOfAll()
    {
        TimerQueue<Node> queue = new();
        Node node = new();
        queue.Add(node, 7);
        queue.Add(new Node(), 8);

        queue.Clear();

        Assert.Equal(0, queue.Count);
        Assert.Empty(queue.Nodes);
        Assert.False(queue.Remove(node));
        queue.Add(node, 9); // It may be added again.
        Assert.Equal(9, queue.FirstDue);
    }

    [Fact, Clause("TIME-18", "TIME-25")]
    public void Remove_Most_FreesTheMemory()
    {
        TimerQueue<Node> queue = new();
        Node[] nodes = [.. Enumerable.Range(0, 100_000).Select(_ => new Node())];
        for (int i = 0; i < nodes.Length; i++)
        {
            queue.Add(nodes[i], nodes.Length - i);
        }

        Assert.InRange(queue.Capacity, nodes.Length, nodes.Length + 4096);
        foreach (Node node in nodes[1000..])
        {
            Assert.True(queue.Remove(node));
        }

        // The rest is where it was, and the queue goes on with it.
        Assert.InRange(queue.Capacity, 1000, 16_384);
        Assert.Equal(nodes[..1000].ToHashSet(), queue.Nodes.ToHashSet());
        Assert.True(queue.Remove(nodes[500]));
        queue.Add(nodes[500], 0);
        foreach (Node node in nodes[..1000].Where(node => node != nodes[500]).Append(nodes[500]).Reverse())
        {
            Assert.True(queue.TryTakeDue(long.MaxValue, out Node? taken));
            Assert.Same(node, taken);
        }
    }

    [Theory, InlineData(1), InlineData(3)]
    public void PrepareDue_ManyAreDue_TakesThemInOrderWithWhatComesIn(int step)
    {
        TimerQueue<Node> queue = new(many: 8);
        Node[] nodes = [.. Enumerable.Range(0, 100).Select(_ => new Node())];
        foreach (int i in Enumerable.Range(0, 100))
        {
            queue.Add(nodes[(i * step) % 100], (i * step) % 100);
        }

        queue.PrepareDue(49);
        Node between = new();
        Assert.True(queue.Remove(nodes[0]));
        Assert.True(queue.Remove(nodes[10]));
        queue.Add(between, 20);
        queue.PrepareDue(60); // While the first ones are still there it does nothing.

        Assert.Equal(1, queue.FirstDue);
        Assert.Equal(99, queue.Count);
        Assert.Equal(99, queue.Nodes.Count());
        IEnumerable<Node> expected = [.. nodes[1..10], .. nodes[11..21], between, .. nodes[21..50]];
        foreach (Node node in expected)
        {
            Assert.True(queue.TryTakeDue(49, out Node? taken));
            Assert.Same(node, taken);
        }

        Assert.False(queue.TryTakeDue(49, out _));
        queue.Clear();
        Assert.Equal(0, queue.Count);
    }

    [Fact, Clause("LOOP-10")]
    public void TryTakeDue_PlacesHaveGoneRound_IsFirstInFirstOut()
    {
        TimerQueue<Node> queue = new();
        Node[] nodes = [new(), new(), new()];
        long place = uint.MaxValue;
        foreach (Node node in nodes)
        {
            queue.Add(node, 7, place++);
        }

        foreach (Node node in nodes)
        {
            Assert.True(queue.TryTakeDue(7, out Node? taken));
            Assert.Same(node, taken);
        }
    }

    private sealed class Node : ITimerNode
    {
        public int TimerSlot { get; set; } = -1;
    }

    /// <summary>A queue, and what it should hold, in order.</summary>
    /// <param name="many">Small, so that the ways of large queues are gone too.</param>
    private sealed class Model(int many)
    {
        private readonly TimerQueue<Node> _queue = new(many);
        private readonly List<(long Due, long Sequence, Node Node)> _sorted = [];
        private long _sequence;

        public void Do(Operation operation, int which, int due)
        {
            int index = _sorted.Count == 0 ? -1 : which % _sorted.Count;
            switch (operation)
            {
                case Operation.Remove when index >= 0:
                    Assert.True(_queue.Remove(_sorted[index].Node));
                    Assert.False(_queue.Remove(_sorted[index].Node));
                    _sorted.RemoveAt(index);
                    break;
                case Operation.Move when index >= 0:
                    (_, long place, Node moved) = _sorted[index];
                    Assert.True(_queue.Remove(moved));
                    _sorted.RemoveAt(index);
                    _queue.Add(moved, due, place);
                    Insert(moved, due, place);
                    break;
                case Operation.PrepareDue:
                    _queue.PrepareDue(due);
                    break;
                case Operation.TakeDue:
                    TakeDue(due);
                    break;
                default:
                    Node added = new();
                    _queue.Add(added, due);
                    Insert(added, due, _sequence++);
                    break;
            }

            Assert.Equal(_sorted.Count, _queue.Count);
            Assert.Equal(_sorted.Count == 0 ? long.MaxValue : _sorted[0].Due, _queue.FirstDue);
        }

        public void Drain()
        {
            Assert.Equal(_sorted.Select(entry => entry.Node).ToHashSet(), _queue.Nodes.ToHashSet());
            while (_sorted.Count > 0)
            {
                TakeDue(long.MaxValue);
            }

            Assert.False(_queue.TryTakeDue(long.MaxValue, out _));
        }

        private void TakeDue(long now)
        {
            bool expected = _sorted.Count > 0 && _sorted[0].Due <= now;
            Assert.Equal(expected, _queue.TryTakeDue(now, out Node? taken));
            if (expected)
            {
                Assert.Same(_sorted[0].Node, taken);
                Assert.Equal(-1, taken!.TimerSlot);
                _sorted.RemoveAt(0);
            }
        }

        private void Insert(Node node, long due, long sequence)
        {
            _sorted.Add((due, sequence, node));
            _sorted.Sort((one, other) => (one.Due, one.Sequence).CompareTo((other.Due, other.Sequence)));
        }
    }
}
