namespace Spindle;

/// <summary>An object that owns a descriptor and hears of its end.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IFileDescriptor</c>.</para>
/// </remarks>
public interface IFileDescriptor : IFileObject, ILoggingContext
{
    /// <summary>The descriptor is of no use any more. Called once; afterwards the reactor does not touch the object.</summary>
    /// <param name="reason">Why: <see cref="ConnectionDoneException"/> for an orderly end.</param>
    void ConnectionLost(Exception reason);
}
