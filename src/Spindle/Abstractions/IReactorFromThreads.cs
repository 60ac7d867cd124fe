namespace Spindle;

/// <summary>The way into the reactor from other threads.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>IReactorFromThreads</c>.</para>
/// </remarks>
public interface IReactorFromThreads
{
    /// <summary>Makes a call once in the reactor's thread, in a later turn, in the order of the calls; wakes the reactor if it sleeps.</summary>
    /// <param name="call">
    /// The call. It runs in the caller's execution context, as with <see cref="IReactorTime.CallLater"/>; its failure is
    /// logged. One that is made in the reactor's own thread comes after the delayed calls of the next turn.
    /// </param>
    /// <remarks>Before the reactor runs the calls wait. Those that are left when it has stopped are never made, and later ones neither.</remarks>
    /// <exception cref="ObjectDisposedException">The reactor's loop is closed.</exception>
    void CallFromThread(Action call);
}
