namespace Spindle.Reactors;

/// <summary>The one place for a reactor of the process (CORE-7, CORE-8).</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class InstalledReactor
{
    private readonly Lock _lock = new();
    private AsyncSelectorReactor? _reactor;

    public AsyncSelectorReactor GetOrMake()
    {
        lock (_lock)
        {
            return _reactor ??= new AsyncSelectorReactor();
        }
    }

    /// <exception cref="ReactorAlreadyInstalledException">There is one; nothing is made.</exception>
    public AsyncSelectorReactor Install(Func<AsyncSelectorReactor> make)
    {
        lock (_lock)
        {
            return _reactor = _reactor is null ? make() : throw new ReactorAlreadyInstalledException();
        }
    }
}
