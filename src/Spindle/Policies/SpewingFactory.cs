using System.Net;
using Microsoft.Extensions.Logging;

namespace Spindle.Policies;

/// <summary>Writes all traffic to the log: for looking into a protocol, not for production.</summary>
/// <remarks>
/// <para>Each piece is one record of level Information, with the bytes as text between quotes and what is not printable as \x1F.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>protocols/policies.py</c>, <c>SpewingFactory</c>.</para>
/// </remarks>
public sealed class SpewingFactory : WrappingFactory
{
    private readonly ILogger _logger;

    /// <summary>Wraps a factory.</summary>
    public SpewingFactory(IFactory wrapped, ILogger logger)
        : base(wrapped)
    {
        ArgumentNullException.ThrowIfNull(logger);
        _logger = logger;
    }

    /// <inheritdoc/>
    protected override ProtocolWrapper Wrap(IProtocol protocol, EndPoint address) => new SpewingProtocol(this, protocol, _logger);
}
