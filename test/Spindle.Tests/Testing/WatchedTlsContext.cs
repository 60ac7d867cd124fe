using Spindle.Tls;

namespace Spindle.Tests.Testing;

/// <summary>Another context, whose engines are counted: each holds memory of the C library's until it is disposed of.</summary>
internal sealed class WatchedTlsContext(TlsContext inner) : TlsContext
{
    private readonly List<ITlsEngine> _engines = [];

    /// <summary>Forgets the engines that were made so far.</summary>
    /// <returns>How many there were; each must have been disposed of.</returns>
    public int TakeDisposed()
    {
        Assert.All(_engines, engine => Assert.Throws<ObjectDisposedException>(() => engine.CloseOutput()));
        int count = _engines.Count;
        _engines.Clear();
        return count;
    }

    internal override bool Supports(TlsRole role) => inner.Supports(role);

    internal override ITlsEngine CreateEngine(TlsRole role, ITlsHost host)
    {
        ITlsEngine engine = inner.CreateEngine(role, host);
        _engines.Add(engine);
        return engine;
    }
}
