namespace Spindle.Tests.Reentrancy;

/// <summary>A producer of ten pieces, push or pull, that does something at random whenever it is asked anything.</summary>
internal sealed class RandomProducer(RandomCalls calls, RandomProtocol protocol) : IPushProducer
{
    private int _left = 10;

    public void ResumeProducing()
    {
        if (_left-- == 0 || calls.IsEnding)
        {
            protocol.Transport.UnregisterProducer();
            return;
        }

        protocol.Transport.Write(new byte[1_000]);
        calls.Call(protocol);
    }

    public void PauseProducing() => calls.Call(protocol);

    public void StopProducing() => calls.Call(protocol);
}
