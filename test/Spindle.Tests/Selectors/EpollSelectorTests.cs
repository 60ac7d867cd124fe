using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Contracts;
using Spindle.Tests.Support;

namespace Spindle.Tests.Selectors;

public sealed class EpollSelectorTests : SelectorContract
{
    private protected override Selector CreateSelector(IKernel kernel) => new EpollSelector(kernel);

    [Fact]
    public void Kind_Always_IsEpoll() => Assert.Equal(SelectorKind.Epoll, NewSelector().Kind);

    [Fact]
    public void Constructor_KernelGivesNoSet_Throws()
    {
        ScriptedWaits waits = new(Kernel) { CreateResult = -Errno.EMFILE };

        SystemCallException refused = Assert.Throws<SystemCallException>(() => NewSelector(KernelDouble.With(Kernel, waits)));
        Assert.Equal(Errno.EMFILE, refused.Errno);
        Assert.Equal("epoll_create1", refused.Call);
    }

    [Fact, Clause("SEL-18")]
    public void Fileno_SomethingReady_IsReadable()
    {
        EpollSelector inner = new(Kernel);
        AtEnd(inner.Close);
        PipeEnds pipe = CreatePipe();
        inner.Register(pipe.Read, Interest.Read);
        Selector outer = NewSelector();
        outer.Register(inner, Interest.Read, null);
        Assert.Empty(Poll(outer));

        WriteByte(pipe.Write);
        AssertReady(outer, inner.Fileno(), Interest.Read);

        outer.Unregister(inner);
        inner.Close();
        Assert.Equal(-1, inner.Fileno());
    }

    [Fact, Clause("SEL-29")]
    public void Select_ClosedWithoutUnregister_IsForgottenByTheKernel()
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreatePipe();
        WriteByte(pipe.Write);
        int number = DuplicateTo(pipe.Read, DescriptorNumbers.Next());
        CloseOwn(pipe.Read);
        SelectorKey key = selector.Register(number, Interest.Read);
        AssertReady(selector, number, Interest.Read);

        CloseOwn(number);

        // A child that another test is spawning may hold the file until its exec.
        Assert.True(SpinWait.SpinUntil(() => Poll(selector).Length == 0, OffThread.Patience));
        Assert.Equal(key, selector.GetKey(number));
    }

    [Fact, Clause("SEL-29")]
    public void Select_ClosedWithoutUnregisterWhileADuplicateLivesOn_IsStillReported()
    {
        Selector selector = NewSelector();
        PipeEnds pipe = CreateFullPipe();
        int number = DuplicateToOwnNumber(pipe.Read);
        selector.Register(number, Interest.Read);

        CloseOwn(number);

        AssertReady(selector, number, Interest.Read);
    }

    [Fact, Clause("SEL-25", "SEL-29")]
    public void Select_StaleEvent_MakesTheSetAnewOnce()
    {
        ScriptedWaits waits = new(Kernel);
        Selector selector = NewSelector(KernelDouble.With(Kernel, waits));
        PipeEnds other = CreatePipe();
        selector.Register(other.Read, Interest.Read, "data");
        CreateZombie(selector);
        Assert.Equal(1, waits.SetsMade);

        Assert.Empty(Poll(selector));
        Assert.Equal(2, waits.SetsMade);

        Assert.Empty(Poll(selector));
        WriteByte(other.Write);
        AssertReady(selector, other.Read, Interest.Read);
        Assert.Equal(2, waits.SetsMade);
    }

    [Fact]
    public void Select_StaleEventAndNoDescriptorsLeft_WorksOnAndTriesAgain()
    {
        ScriptedWaits waits = new(Kernel);
        Selector selector = NewSelector(KernelDouble.With(Kernel, waits));
        PipeEnds other = CreateFullPipe();
        selector.Register(other.Read, Interest.Read);
        CreateZombie(selector);

        waits.CreateResult = -Errno.EMFILE;
        AssertReady(selector, other.Read, Interest.Read);
        AssertReady(selector, other.Read, Interest.Read);
        Assert.Equal(3, waits.SetsMade);

        waits.CreateResult = 0;
        AssertReady(selector, other.Read, Interest.Read);
        AssertReady(selector, other.Read, Interest.Read);
        Assert.Equal(4, waits.SetsMade);
    }

    [Fact]
    public void Select_SetMadeAnew_LeavesOutWhatWasClosedBehindItsBack()
    {
        Selector selector = NewSelector();
        int closed = DuplicateToOwnNumber(CreatePipe().Read);
        selector.Register(closed, Interest.Read);
        CloseOwn(closed);
        PipeEnds other = CreateFullPipe();
        selector.Register(other.Read, Interest.Read);
        CreateZombie(selector);

        AssertReady(selector, other.Read, Interest.Read);
        AssertReady(selector, other.Read, Interest.Read);
        selector.Unregister(closed);
    }
}
