namespace Spindle;

/// <summary>The way out of the reactor into other threads.</summary>
/// <remarks>
/// <para>Thread: the reactor's once it runs; before, any one thread.</para>
/// <para>Source: Twisted's <c>IReactorInThreads</c>.</para>
/// </remarks>
public interface IReactorInThreads
{
    /// <summary>Makes a call in a thread of the reactor's pool; before the reactor runs it waits for that.</summary>
    /// <param name="call">The call. It runs in the caller's execution context; its failure is logged. It may not touch the reactor but by <see cref="IReactorFromThreads.CallFromThread"/>.</param>
    void CallInThread(Action call);
}
