using Spindle.Descriptors;
using Spindle.Protocols;
using Spindle.Stdio;

namespace Spindle.Endpoints;

/// <summary>Standard input and output as an endpoint. A server's has one client, which is there at once; so is a client's server.</summary>
/// <remarks>
/// <para>The factory is asked for one protocol, started before and stopped when the connection is over.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>StandardIOEndpoint</c>, which gives the connection and not a port, and is a server's only.</para>
/// </remarks>
public sealed class StandardIOEndpoint : IStreamServerEndpoint, IStreamClientEndpoint
{
    private readonly IReactorFDSet _reactor;
    private readonly int _stdin;
    private readonly int _stdout;

    /// <summary>Makes one.</summary>
    /// <param name="reactor">The reactor.</param>
    /// <param name="stdin">What is read. Default 0.</param>
    /// <param name="stdout">What is written to. Default 1.</param>
    public StandardIOEndpoint(IReactorFDSet reactor, int stdin = 0, int stdout = 1)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        _reactor = reactor;
        _stdin = stdin;
        _stdout = stdout;
    }

    /// <summary>Connects standard input and output to a protocol of the factory's.</summary>
    /// <param name="factory">Makes the protocol.</param>
    /// <returns>A <see cref="StandardIOPort"/>, done already; fails with <see cref="NoProtocolException"/> when the factory has none, or as <see cref="StandardIO"/> does.</returns>
    public Task<IListeningPort> ListenAsync(IFactory factory)
    {
        try
        {
            ArgumentNullException.ThrowIfNull(factory);
            if (_reactor is IFactoryHost host)
            {
                (factory as IHostedFactory)?.UseOn(host);
            }

            factory.DoStart();
            try
            {
                return Task.FromResult<IListeningPort>(Connect(factory));
            }
            catch
            {
                factory.DoStop();
                throw;
            }
        }
        catch (Exception failure)
        {
            return Task.FromException<IListeningPort>(failure);
        }
    }

    /// <summary>Connects a protocol of the factory's to standard input and output.</summary>
    /// <inheritdoc/>
    public Task<IProtocol> ConnectAsync(IFactory factory, CancellationToken cancellationToken = default) =>
        ImmediateConnection.Make(_reactor, factory, PipeAddress.Instance, protocol => _ = new StandardIO(protocol, _stdin, _stdout, _reactor), cancellationToken);

    private StandardIOPort Connect(IFactory factory)
    {
        IProtocol protocol = factory.BuildProtocol(PipeAddress.Instance) ?? throw new NoProtocolException();
        return new StandardIOPort(new StandardIO(protocol, _stdin, _stdout, _reactor), factory);
    }
}
