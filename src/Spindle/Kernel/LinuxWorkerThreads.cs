namespace Spindle.Kernel;

/// <inheritdoc cref="IWorkerThreads"/>
internal sealed class LinuxWorkerThreads : IWorkerThreads
{
    public void Start(string name, Action body) => new Thread(() => body()) { IsBackground = true, Name = name }.Start();
}
