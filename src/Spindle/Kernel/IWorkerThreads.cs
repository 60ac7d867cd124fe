namespace Spindle.Kernel;

/// <summary>Threads beside the loop's, for work that blocks.</summary>
internal interface IWorkerThreads
{
    /// <summary>Starts a background thread. It must not let an exception out.</summary>
    void Start(string name, Action body);
}
