namespace Spindle;

/// <summary>A protocol of strings of bytes, each after its length in 2 bytes, most significant first.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/basic.py</c>, <c>Int16StringReceiver</c>.</para>
/// </remarks>
public abstract class Int16StringReceiver : IntNStringReceiver
{
    /// <summary>Makes one.</summary>
    protected Int16StringReceiver()
        : base(prefixLength: 2)
    {
    }
}
