namespace Spindle;

/// <summary>A protocol of strings of bytes, each after its length in 1 byte.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/basic.py</c>, <c>Int8StringReceiver</c>.</para>
/// </remarks>
public abstract class Int8StringReceiver : IntNStringReceiver
{
    /// <summary>Makes one.</summary>
    protected Int8StringReceiver()
        : base(prefixLength: 1)
    {
    }
}
