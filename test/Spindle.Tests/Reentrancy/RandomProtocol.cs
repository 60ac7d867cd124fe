namespace Spindle.Tests.Reentrancy;

/// <summary>A protocol that does something at random in every callback.</summary>
internal class RandomProtocol(RandomCalls calls, string name) : Protocol
{
    public string Name => name;

    public int Made { get; private set; }

    public int Lost { get; private set; }

    public int ReadLost { get; protected set; }

    public int WriteLost { get; protected set; }

    protected RandomCalls Calls => calls;

    public override void ConnectionMade()
    {
        Made++;
        calls.Call(this);
    }

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        ExpectLive("data");
        calls.Call(this);
    }

    public override void ConnectionLost(Exception reason)
    {
        Lost++;
        calls.Call(this);
    }

    protected void ExpectLive(string heard) =>
        calls.Expect(Made == 1 && Lost == 0, $"{name} heard of {heard}, made {Made} times and lost {Lost} times.");
}
