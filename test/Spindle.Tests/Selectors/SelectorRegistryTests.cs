using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;

namespace Spindle.Tests.Selectors;

public sealed class SelectorRegistryTests : LedgerCheckedTest
{
    [Fact, Clause("SEL-1")]
    public void Interest_Values_AreThoseOfTheOriginal()
    {
        Assert.Equal(1, (int)Interest.Read);
        Assert.Equal(2, (int)Interest.Write);
        Assert.Equal(0, (int)Interest.None);
    }

    [Theory, Clause("SEL-27")]
    [InlineData("epoll", SelectorKind.Epoll)]
    [InlineData("poll", SelectorKind.Poll)]
    [InlineData("select", SelectorKind.Select)]
    [InlineData("EPOLL", SelectorKind.Epoll)]
    public void CreateDefault_Named_IsThatOne(string name, SelectorKind kind)
    {
        using Selector selector = SelectorRegistry.CreateDefault(Kernel, name);

        Assert.Equal(kind, selector.Kind);
    }

    [Theory, Clause("SEL-27")]
    [InlineData("kqueue")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("epoll,poll")]
    [InlineData(" ")]
    public void CreateDefault_NamedWrongly_SaysWhatThereIs(string name)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => SelectorRegistry.CreateDefault(Kernel, name));

        Assert.Contains("SPINDLE_SELECTOR", refused.Message, StringComparison.Ordinal);
        Assert.Contains("epoll, poll, select", refused.Message, StringComparison.Ordinal);
    }

    [Theory, Clause("SEL-27")]
    [InlineData(null)]
    [InlineData("")]
    public void CreateDefault_NotNamed_IsEpoll(string? name)
    {
        using Selector selector = SelectorRegistry.CreateDefault(Kernel, name);

        Assert.Equal(SelectorKind.Epoll, selector.Kind);
    }

    [Fact, Clause("SEL-27")]
    public void CreateDefault_EpollCannotBeMade_IsPoll()
    {
        ScriptedWaits waits = new(Kernel) { CreateResult = -Errno.ENOSYS };

        using Selector selector = SelectorRegistry.CreateDefault(KernelDouble.With(Kernel, waits), null);

        Assert.Equal(SelectorKind.Poll, selector.Kind);
    }

    [Theory, Clause("SEL-27")]
    [InlineData(1, SelectorKind.Poll)]
    [InlineData(2, SelectorKind.Select)]
    public void CreateDefault_WaitFails_IsTheNextAndLeaksNothing(int failures, SelectorKind kind)
    {
        ScriptedWaits waits = new(Kernel);
        waits.BeforeWait = _ => waits.Timeouts.Count <= failures ? -Errno.EPERM : null;

        using (Selector selector = SelectorRegistry.CreateDefault(KernelDouble.With(Kernel, waits), null))
        {
            Assert.Equal(kind, selector.Kind);
            Assert.Equal(0, Kernel.Ledger.Count);
        }
    }

    [Fact, Clause("SEL-27")]
    public void CreateDefault_NothingWorks_ThrowsWithTheCause()
    {
        ScriptedWaits waits = new(Kernel) { BeforeWait = _ => -Errno.EPERM };

        PlatformNotSupportedException refused =
            Assert.Throws<PlatformNotSupportedException>(() => SelectorRegistry.CreateDefault(KernelDouble.With(Kernel, waits), null));

        Assert.Equal(Errno.EPERM, Assert.IsType<SystemCallException>(refused.InnerException).Errno);
    }

    [Theory]
    [InlineData(SelectorKind.Epoll)]
    [InlineData(SelectorKind.Poll)]
    [InlineData(SelectorKind.Select)]
    public void Create_Kind_IsThatOne(SelectorKind kind)
    {
        using Selector selector = Selector.Create(kind);

        Assert.Equal(kind, selector.Kind);
    }

    [Fact]
    public void Create_NoSuchKind_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SelectorRegistry.Create((SelectorKind)99, Kernel));
}
