namespace Spindle;

/// <summary>A protocol of strings of bytes, each after its length in 4 bytes, most significant first.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/basic.py</c>, <c>Int32StringReceiver</c>.</para>
/// </remarks>
public abstract class Int32StringReceiver : IntNStringReceiver
{
    /// <summary>Makes one.</summary>
    protected Int32StringReceiver()
        : base(prefixLength: 4)
    {
    }
}
