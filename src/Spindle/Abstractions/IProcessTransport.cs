using System.Buffers;

namespace Spindle;

/// <summary>A child process, as its protocol uses it.</summary>
/// <remarks>
/// <para>
/// As a producer it controls the reading of all pipes; as a consumer it takes data for the process's standard input. It has
/// no addresses.
/// </para>
/// <para>After the end every member is a harmless no-op, but for those that say otherwise.</para>
/// <para>Thread: the reactor's; another one gets an <see cref="InvalidOperationException"/>.</para>
/// <para>Source: Twisted's <c>IProcessTransport</c>.</para>
/// </remarks>
public interface IProcessTransport : IConsumer, IPushProducer
{
    /// <summary>The process's number; null from just before <see cref="IProcessProtocol.ProcessExited"/> on.</summary>
    int? Pid { get; }

    /// <summary>Writes several pieces of memory to standard input.</summary>
    void Write(in ReadOnlySequence<byte> data);

    /// <summary>Writes to one of the process's descriptors.</summary>
    /// <param name="childFD">The number that the process has it under.</param>
    /// <param name="data">What must be kept is copied.</param>
    /// <exception cref="KeyNotFoundException">There is no such pipe to write to, or it is closed.</exception>
    /// <exception cref="NotSupportedException">The process is on a terminal.</exception>
    void WriteToChild(int childFD, ReadOnlySpan<byte> data);

    /// <summary>Closes standard input when what was written is sent. On a terminal: nothing.</summary>
    void CloseStdin();

    /// <summary>Closes this side of standard output, soon after the call. On a terminal: nothing.</summary>
    void CloseStdout();

    /// <summary>Closes this side of standard error, soon after the call. On a terminal: nothing.</summary>
    void CloseStderr();

    /// <summary>Closes this side of any pipe; one that is not there is ignored.</summary>
    /// <exception cref="NotSupportedException">The process is on a terminal.</exception>
    void CloseChildFD(int childFD);

    /// <summary>Closes standard input, output and error. A process with pipes is not ended by that; one on a terminal gets SIGHUP.</summary>
    void LoseConnection();

    /// <summary>Sends a signal.</summary>
    /// <param name="name">"HUP", "STOP", "INT", "KILL" or "TERM".</param>
    /// <exception cref="ArgumentException">Another name.</exception>
    /// <exception cref="ProcessExitedAlreadyException">The process is gone.</exception>
    /// <exception cref="SystemCallException">The system refuses.</exception>
    void SignalProcess(string name);

    /// <summary>Sends a signal by its number.</summary>
    /// <param name="signal">0 to 64; 0 only looks whether the process is there.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such signal.</exception>
    /// <exception cref="ProcessExitedAlreadyException">The process is gone.</exception>
    /// <exception cref="SystemCallException">The system refuses.</exception>
    void SignalProcess(int signal);

    /// <summary>Sends a signal to the process and all of its group.</summary>
    /// <param name="signal">0 to 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such signal.</exception>
    /// <exception cref="InvalidOperationException">The process leads no group of its own: it was made without <see cref="ProcessOptions.NewSession"/>, a <see cref="ProcessOptions.ProcessGroup"/> of 0, or a terminal.</exception>
    /// <exception cref="ProcessExitedAlreadyException">The process is gone.</exception>
    /// <exception cref="SystemCallException">The system refuses.</exception>
    void SignalProcessGroup(int signal);

    /// <summary>Sets the size of the window; the programs in it hear of it by SIGWINCH.</summary>
    /// <exception cref="NotSupportedException">The process is not on a terminal.</exception>
    /// <exception cref="SystemCallException">The system refuses.</exception>
    void ResizeTerminal(TerminalSize size);
}
