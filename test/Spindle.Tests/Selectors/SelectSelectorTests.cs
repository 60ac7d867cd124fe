using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.Selectors;

public sealed class SelectSelectorTests : SelectorContract
{
    private protected override Selector CreateSelector(IKernel kernel) => new SelectSelector(kernel);

    [Fact]
    public void Kind_Always_IsSelect() => Assert.Equal(SelectorKind.Select, NewSelector().Kind);

    [Theory, Clause("SEL-29")]
    [InlineData(Interest.Read)]
    [InlineData(Interest.Read | Interest.Write)]
    public void Select_ClosedWithoutUnregister_WakesItsOwnerAndAllOthers(Interest asked) =>
        AssertClosedIsReported(asked);
}
