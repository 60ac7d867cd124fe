using Spindle.Loops;
using Spindle.Tests.Support;

namespace Spindle.Tests.Loops;

public sealed class LoopErrorTests : LoopTest
{
    [Fact, Clause("LOOP-31")]
    public void Describe_MessageOnly_IsTheMessage() =>
        Assert.Equal("It went wrong", new LoopError("It went wrong", new InvalidOperationException("why")).Describe());

    [Fact, Clause("LOOP-31")]
    public void Describe_Everything_IsSortedByName()
    {
        LoopError error = new("It went wrong", null)
        {
            Handle = Loop.CallSoon(Callback),
            Origin = "somewhere",
            Details = new Dictionary<string, object?> { ["zebra"] = 2, ["Ape"] = 1 },
        };

        Assert.Equal(
            ["It went wrong", "Ape: 1", $"handle: {typeof(LoopErrorTests).FullName}.{nameof(Callback)}", "origin: somewhere", "zebra: 2"],
            error.Describe().Split(Environment.NewLine));
    }

    [Fact]
    public void Describe_CancelledHandle_SaysSo()
    {
        Handle handle = Loop.CallSoon(Callback);
        handle.Cancel();

        Assert.Contains("handle: (cancelled)", new LoopError("It went wrong", null) { Handle = handle }.Describe(), StringComparison.Ordinal);
    }

    private static void Callback()
    {
    }
}
