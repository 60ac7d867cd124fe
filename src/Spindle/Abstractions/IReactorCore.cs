namespace Spindle;

/// <summary>A reactor's life.</summary>
/// <remarks>
/// <para>Thread: the reactor's once it runs; before, any one thread.</para>
/// <para>Source: Twisted's <c>IReactorCore</c>.</para>
/// </remarks>
public interface IReactorCore
{
    /// <summary>Whether it runs: from the start until shutdown has begun.</summary>
    bool IsRunning { get; }

    /// <summary>Runs until <see cref="Stop"/>, and returns when the shutdown is over.</summary>
    /// <exception cref="ReactorAlreadyRunningException">It runs already.</exception>
    /// <exception cref="ReactorNotRestartableException">It was stopped before.</exception>
    void Run();

    /// <summary>Ends <see cref="Run"/> soon: what is due in this turn still happens, then every connection is lost.</summary>
    /// <exception cref="ReactorNotRunningException">It does not run, or was told to stop already.</exception>
    void Stop();

    /// <summary>Makes a call at once if the reactor runs, else as soon as it does.</summary>
    void CallWhenRunning(Action call);
}
