using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;

namespace Spindle.Tests.Contracts;

/// <summary>What every selector does. A back-end inherits this class and adds only what is its own.</summary>
public abstract partial class SelectorContract : LedgerCheckedTest
{
    private const Interest Both = Interest.Read | Interest.Write;

    private protected abstract Selector CreateSelector(IKernel kernel);

    private protected Selector NewSelector(IKernel? kernel = null)
    {
        Selector selector = CreateSelector(kernel ?? Kernel);
        AtEnd(selector.Close);
        return selector;
    }

    private protected static ReadyKey[] Poll(Selector selector) => selector.Select(TimeSpan.Zero).ToArray();

    private protected static void AssertReady(Selector selector, int fd, Interest ready)
    {
        ReadyKey only = Assert.Single(Poll(selector));
        Assert.Equal(fd, only.Key.Fd);
        Assert.Equal(ready, only.Ready);
    }

    /// <summary>As <see cref="AssertReady"/> after a close: a child that another test is spawning may hold the file until its exec.</summary>
    private protected static void AssertBecomesReady(Selector selector, int fd, Interest ready)
    {
        bool isReady = SpinWait.SpinUntil(() => Poll(selector) is [var only] && only.Ready == ready, OffThread.Patience);

        Assert.True(isReady, "It did not become ready.");
        AssertReady(selector, fd, ready);
    }

    private protected static void AssertErrno(int errno, Action action) =>
        Assert.Equal(errno, Assert.Throws<SystemCallException>(action).Errno);

    private protected static void AssertUnknown(Selector selector, int fd)
    {
        Assert.Throws<KeyNotFoundException>(() => selector.GetKey(fd));
        Assert.False(selector.Map!.ContainsKey(fd));
    }
}
