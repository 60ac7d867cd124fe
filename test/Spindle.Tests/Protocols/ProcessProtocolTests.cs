namespace Spindle.Tests.Protocols;

public sealed class ProcessProtocolTests
{
    [Fact, Clause("PROTO-10")]
    public void ChildDataReceived_EachDescriptor_GoesWhereItBelongs()
    {
        Recorder protocol = new();

        protocol.ChildDataReceived(1, "text"u8);
        protocol.ChildDataReceived(2, "complaint"u8);
        protocol.ChildDataReceived(0, "nobody hears"u8);
        protocol.ChildDataReceived(3, "nobody hears"u8);

        Assert.Equal(["out text", "err complaint"], protocol.Events);
    }

    [Fact, Clause("PROTO-10")]
    public void ChildConnectionLost_EachDescriptor_GoesWhereItBelongs()
    {
        Recorder protocol = new();

        for (int fd = 0; fd < 5; fd++)
        {
            protocol.ChildConnectionLost(fd);
        }

        Assert.Equal(["in lost", "out lost", "err lost"], protocol.Events);
    }

    [Fact, Clause("PROTO-10")]
    public void EveryCallback_NotOverridden_DoesNothing()
    {
        Plain protocol = new();

        protocol.ConnectionMade();
        protocol.ChildDataReceived(1, "text"u8);
        protocol.ChildDataReceived(2, "text"u8);
        protocol.ChildConnectionLost(0);
        protocol.ProcessExited(new FormatException());
        protocol.ProcessEnded(new FormatException());

        Assert.Equal("Plain", protocol.LogPrefix);
        Assert.Throws<InvalidOperationException>(() => protocol.Transport);
    }

    private sealed class Plain : ProcessProtocol;

    private sealed class Recorder : ProcessProtocol
    {
        public List<string> Events { get; } = [];

        public override void OutReceived(ReadOnlySpan<byte> data) => Events.Add($"out {Feeding.TextOf(data)}");

        public override void ErrReceived(ReadOnlySpan<byte> data) => Events.Add($"err {Feeding.TextOf(data)}");

        public override void InConnectionLost() => Events.Add("in lost");

        public override void OutConnectionLost() => Events.Add("out lost");

        public override void ErrConnectionLost() => Events.Add("err lost");
    }
}
