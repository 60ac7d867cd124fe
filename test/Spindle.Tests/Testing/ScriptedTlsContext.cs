using Spindle.Tls;

namespace Spindle.Tests.Testing;

/// <summary>Makes engines that do what a test says, for both roles.</summary>
internal sealed class ScriptedTlsContext : TlsContext
{
    /// <summary>Those that were made, in order.</summary>
    public List<ScriptedTlsEngine> Engines { get; } = [];

    public ScriptedTlsEngine Engine => Engines[0];

    /// <summary>What making one throws.</summary>
    public Exception? Failure { get; set; }

    internal override bool Supports(TlsRole role) => true;

    internal override ITlsEngine CreateEngine(TlsRole role, ITlsHost host)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        ScriptedTlsEngine engine = new(role);
        Engines.Add(engine);
        return engine;
    }
}
