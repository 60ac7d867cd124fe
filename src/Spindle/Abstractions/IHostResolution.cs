namespace Spindle;

/// <summary>A look-up of a host name that is under way.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IHostResolution</c>; there is a <see cref="Failure"/>, and <see cref="Cancel"/> works.</para>
/// </remarks>
public interface IHostResolution
{
    /// <summary>The name, as it was asked for.</summary>
    string Name { get; }

    /// <summary>Why there are no addresses, once <see cref="IResolutionReceiver.ResolutionComplete"/> is called and if the resolver knows; else null.</summary>
    Exception? Failure { get; }

    /// <summary>Ends it: no call of the receiver comes any more, not even the last one. Over already: nothing happens.</summary>
    void Cancel();
}
