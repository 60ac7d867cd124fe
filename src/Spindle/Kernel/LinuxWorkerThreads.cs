namespace Spindle.Kernel;

/// <inheritdoc cref="IWorkerThreads"/>
internal sealed class LinuxWorkerThreads : IWorkerThreads
{
    // Unsafe: a thread outlives the work that it was made for, and must not keep the ambient values of whoever had it made.
    public void Start(string name, Action body) => new Thread(() => body()) { IsBackground = true, Name = name }.UnsafeStart();
}
