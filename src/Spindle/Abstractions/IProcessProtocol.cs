namespace Spindle;

/// <summary>Hears of a child process. Derive from <see cref="ProcessProtocol"/> unless you need every call yourself.</summary>
/// <remarks>
/// <para>
/// The order: <see cref="MakeConnection"/>; then data and ends of pipes; <see cref="ProcessExited"/> once, when the process
/// is gone, before, between or after those; <see cref="ProcessEnded"/> once and last, when it is gone and all pipes are closed.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IProcessProtocol</c>.</para>
/// </remarks>
public interface IProcessProtocol
{
    /// <summary>The process runs. Called once, within <see cref="IReactorProcess.SpawnProcess"/>. What it throws is logged.</summary>
    void MakeConnection(IProcessTransport transport);

    /// <summary>The process has written something. What this throws is logged and closes that pipe.</summary>
    /// <param name="childFD">The descriptor that it wrote to, by its own number. A terminal's output is all of descriptor 1.</param>
    /// <param name="data">At most 8,192 bytes; they are valid during the call.</param>
    void ChildDataReceived(int childFD, ReadOnlySpan<byte> data);

    /// <summary>A pipe is closed, by either side. Called once for each, in any order; never for a terminal.</summary>
    void ChildConnectionLost(int childFD);

    /// <summary>The process is gone. Others that it has left behind may still hold its pipes.</summary>
    /// <param name="reason">A <see cref="ProcessDoneException"/> or a <see cref="ProcessTerminatedException"/>.</param>
    void ProcessExited(Exception reason);

    /// <summary>All is over.</summary>
    /// <param name="reason">
    /// What <see cref="ProcessExited"/> was given. Only if the reactor was stopped while the process ran: a
    /// <see cref="ConnectionLostException"/>, and <see cref="ProcessExited"/> was not called.
    /// </param>
    void ProcessEnded(Exception reason);
}
