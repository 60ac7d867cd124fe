using Spindle.Loops;
using Spindle.Selectors;
using Spindle.Tests.Support;

namespace Spindle.Tests.Selectors;

/// <summary>The choice by the environment, in a process of its own. The explicit test is what the other runs in a child.</summary>
public sealed class DefaultSelectorTests
{
    [Fact, Clause("SEL-27")]
    public void Variable_Set_ChoosesTheSelectorOfNewLoops()
    {
        (int exitCode, string output) = ChildRun.Run(
            typeof(DefaultSelectorTests), nameof(ChildMakesLoops), ("SPINDLE_SELECTOR", "select"), ("SPINDLE_DEBUG", "1"));

        Assert.True(exitCode == 0, output);
    }

    [Fact(Explicit = true), Trait("Run", "InAChild")]
    public void ChildMakesLoops()
    {
        using SelectorEventLoop loop = new();
        using SelectorEventLoop chosen = new(new EventLoopOptions { Selector = SelectorKind.Poll, Debug = false });
        using Selector selector = Selector.CreateDefault();

        Assert.Equal(SelectorKind.Select, loop.SelectorKind);
        Assert.True(loop.Debug);
        Assert.Equal(SelectorKind.Poll, chosen.SelectorKind);
        Assert.False(chosen.Debug);
        Assert.Equal(SelectorKind.Select, selector.Kind);
    }
}
