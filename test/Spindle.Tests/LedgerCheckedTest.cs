using Spindle.Kernel;
using Spindle.Tests.Support;

namespace Spindle.Tests;

/// <summary>A test with a kernel of its own, whose ledger must be empty when the test is over (invariant I7).</summary>
public abstract class LedgerCheckedTest : IDisposable
{
    private readonly Stack<Action> _atEnd = new();
    private readonly HashSet<int> _own = [];

    private protected LinuxKernel Kernel { get; } = new();

    public void Dispose()
    {
        while (_atEnd.TryPop(out Action? action))
        {
            action();
        }

        foreach (int fd in _own)
        {
            Kernel.Files.Close(fd);
        }

        CheckAtEnd();
        Assert.Empty(Kernel.Ledger.Describe());
    }

    /// <summary>What else must hold when the test is over and everything of it is closed.</summary>
    private protected virtual void CheckAtEnd()
    {
    }

    /// <summary>Has something done when the test is over; the last comes first.</summary>
    private protected void AtEnd(Action action) => _atEnd.Push(action);

    /// <summary>Has a descriptor of the test's own closed when the test is over, unless <see cref="CloseOwn"/> was there first.</summary>
    private protected int Own(int fd)
    {
        Assert.True(fd >= 0, $"The call failed with errno {-fd}.");
        _own.Add(Kernel.Ledger.Opened(fd, "the test"));
        return fd;
    }

    private protected void CloseOwn(int fd)
    {
        Assert.True(_own.Remove(fd), $"Descriptor {fd} is not the test's.");
        Assert.Equal(0, Kernel.Files.Close(fd));
    }

    private protected PipeEnds CreatePipe()
    {
        Assert.Equal(0, Kernel.Files.CreatePipe(out int read, out int write));
        return new PipeEnds(Own(read), Own(write));
    }

    /// <summary>A pipe from which something can be read.</summary>
    private protected PipeEnds CreateFullPipe()
    {
        PipeEnds pipe = CreatePipe();
        WriteByte(pipe.Write);
        return pipe;
    }

    private protected (int First, int Second) CreateSocketPair()
    {
        (int first, int second) = NativeCalls.CreateSocketPair();
        return (Own(first), Own(second));
    }

    private protected int OpenRegularFile() => Own(Kernel.Files.Open(typeof(LedgerCheckedTest).Assembly.Location, writable: false));

    private protected int OpenDirectory() => Own(Kernel.Files.Open("/", writable: false));

    /// <summary>A second descriptor for a file, under a number that nobody else in the process is given.</summary>
    private protected int DuplicateToOwnNumber(int fd) => DuplicateTo(fd, DescriptorNumbers.Next());

    /// <summary>A second descriptor for a file, under a number of the test's own that is free.</summary>
    private protected int DuplicateTo(int fd, int number)
    {
        NativeCalls.DuplicateTo(fd, number);
        return Own(number);
    }

    /// <summary>A number under which there is no descriptor, and will be none.</summary>
    private protected static int ClosedNumber() => DescriptorNumbers.Next();

    /// <summary>Makes a call until it gives what it must after a close: a child that another test is spawning may hold the file until its exec.</summary>
    private protected static void AssertComesTo(int expected, Func<int> call)
    {
        int result = 0;
        _ = SpinWait.SpinUntil(() => (result = call()) == expected, OffThread.Patience);
        Assert.Equal(expected, result);
    }

    private protected void WriteByte(int fd) => Assert.Equal(1, Kernel.Files.Write(fd, [42]));

    private protected void ReadByte(int fd) => Assert.Equal(1, Kernel.Files.Read(fd, new byte[1]));
}
