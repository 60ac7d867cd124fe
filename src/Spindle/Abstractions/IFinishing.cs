namespace Spindle;

/// <summary>A protocol that knows itself how to come to an end before its reactor stops.</summary>
/// <remarks>
/// <para>
/// <see cref="Reactors.PosixReactorBase.StopAsync"/> asks it instead of closing its connection. What is not closed when the
/// grace is over is aborted.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: ours; servers of requests need it to answer the last one.</para>
/// </remarks>
public interface IFinishing
{
    /// <summary>The reactor is about to stop: do what must still be done, then close the connection. An exception closes it at once.</summary>
    void Finish();
}
