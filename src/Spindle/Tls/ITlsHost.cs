namespace Spindle.Tls;

/// <summary>What an engine needs of the reactor that it works for.</summary>
/// <remarks>Thread: as each member says.</remarks>
internal interface ITlsHost
{
    /// <summary>Makes a call in the reactor's thread. Thread: any.</summary>
    void CallFromThread(Action call);

    /// <summary>Does work that may wait for the network, in a thread where that harms nobody. Thread: the reactor's.</summary>
    void RunInThread(Action work);

    /// <summary>Records an exception of a user's callback.</summary>
    void LogFailure(string what, Exception exception);
}
