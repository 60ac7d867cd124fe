namespace Spindle;

/// <summary>The way into the reactor from other threads.</summary>
/// <remarks>Thread: any.</remarks>
public interface IReactorFromThreads
{
    /// <summary>Makes a call once in the reactor's thread, in a later turn, in the order of the calls. Before the reactor runs it waits.</summary>
    /// <exception cref="ObjectDisposedException">The reactor's loop is closed.</exception>
    void CallFromThread(Action call);
}
