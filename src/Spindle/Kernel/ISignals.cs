namespace Spindle.Kernel;

/// <summary>signal(7), as far as managed code may touch it.</summary>
internal interface ISignals
{
    /// <summary>Calls <paramref name="handler"/> for each delivery from now on. Thread: the handler runs on any.</summary>
    /// <param name="signal">The number. SIGKILL, SIGSTOP and the faults (SIGSEGV and its like) are refused.</param>
    /// <param name="handler">Must not throw and must not block.</param>
    /// <returns>What ends the subscription when disposed of; null when the signal cannot be caught.</returns>
    IDisposable? Subscribe(int signal, Action handler);

    /// <summary>Whether the process ignores the signal, as it may have inherited it from its parent.</summary>
    bool IsIgnored(int signal);

    /// <summary>Gives a signal that the process ignores its default action; any other is left as it is.</summary>
    void StopIgnoring(int signal);

    /// <summary>Stops the process, as SIGSTOP does, until somebody sends SIGCONT.</summary>
    void StopProcess();

    /// <summary>Ends the process by the signal's default action, so that the parent sees death by this signal.</summary>
    /// <remarks>Returns only if the signal does not end a process. ProcessExit handlers do not run.</remarks>
    void DieOf(int signal);
}
