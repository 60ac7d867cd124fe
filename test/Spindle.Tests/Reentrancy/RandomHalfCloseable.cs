namespace Spindle.Tests.Reentrancy;

/// <inheritdoc/>
internal sealed class RandomHalfCloseable(RandomCalls calls, string name) : RandomProtocol(calls, name), IHalfCloseable
{
    public void ReadConnectionLost()
    {
        ExpectLive("the end of reading");
        ReadLost++;
        Calls.Call(this);
    }

    public void WriteConnectionLost()
    {
        ExpectLive("the end of writing");
        WriteLost++;
        Calls.Call(this);
    }
}
