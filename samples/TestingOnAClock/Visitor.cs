using Spindle;

/// <summary>Says its name.</summary>
internal sealed class Visitor : Protocol
{
    public override void ConnectionMade() => Transport.Write("Ada\n"u8);
}
