using Spindle.Kernel;

namespace Spindle.Tests.Kernel;

public sealed class DescriptorLedgerTests
{
    private readonly DescriptorLedger _ledger = new();

    [Fact]
    public void Opened_Descriptors_AreCountedAndDescribed()
    {
        Assert.Equal(3, _ledger.Opened(3, "open"));
        Assert.Equal(1_000, _ledger.Opened(1_000, "socket"));

        Assert.Equal(2, _ledger.Count);
        Assert.Equal(["3 open", "1000 socket"], _ledger.Describe());
    }

    [Fact]
    public void Opened_FailedCall_IsPassedThrough()
    {
        Assert.Equal(-Errno.EMFILE, _ledger.Opened(-Errno.EMFILE, "open"));

        Assert.Equal(0, _ledger.Count);
        Assert.Empty(_ledger.Describe());
    }

    [Fact]
    public void Opened_NumberIsListed_IsCountedOnce()
    {
        _ledger.Opened(3, "open");
        _ledger.Opened(3, "socket"); // It was closed behind our back.

        Assert.Equal(["3 socket"], _ledger.Describe());
        Assert.Equal(1, _ledger.Count);
    }

    [Fact]
    public void Closed_Listed_IsStruckOutOnce()
    {
        _ledger.Opened(3, "open");
        _ledger.Opened(4, "open");

        _ledger.Closed(3);
        _ledger.Closed(3);
        _ledger.Closed(5);
        _ledger.Closed(-1);
        _ledger.Closed(int.MaxValue);

        Assert.Equal(1, _ledger.Count);
        Assert.Equal(["4 open"], _ledger.Describe());
    }
}
