using Spindle.Serial;

namespace Spindle.Endpoints;

/// <summary>A serial line to connect to. The task is done at once.</summary>
/// <remarks>
/// <para>The factory is asked for one protocol, started before and stopped when the connection is over.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: none; in Twisted the port is made directly.</para>
/// </remarks>
public sealed class SerialEndpoint : IStreamClientEndpoint
{
    private readonly IReactorFDSet _reactor;
    private readonly string _device;
    private readonly SerialOptions? _options;

    /// <summary>Makes one.</summary>
    /// <param name="reactor">The reactor.</param>
    /// <param name="device">As <see cref="SerialPort"/> has it, and so the options.</param>
    /// <param name="options">How the line is driven.</param>
    public SerialEndpoint(IReactorFDSet reactor, string device, SerialOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        ArgumentException.ThrowIfNullOrEmpty(device);
        _reactor = reactor;
        _device = device;
        _options = options;
    }

    /// <inheritdoc/>
    public Task<IProtocol> ConnectAsync(IFactory factory, CancellationToken cancellationToken = default) =>
        ImmediateConnection.Make(_reactor, factory, new SerialAddress(_device), protocol => _ = new SerialPort(protocol, _device, _reactor, _options), cancellationToken);
}
