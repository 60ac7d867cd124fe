namespace Spindle.Tests.Testing;

/// <summary>Hands its transport on, and keeps nothing.</summary>
internal sealed class LossProtocol(Action<ITransport> onMade) : Protocol
{
    public override void ConnectionMade() => onMade(Transport);
}
