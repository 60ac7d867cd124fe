using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Spindle.Descriptors;
using Spindle.Protocols;
using Spindle.Reactors;

namespace Spindle.Endpoints;

/// <summary>A program to talk to: its standard input and output are the connection.</summary>
/// <remarks>
/// <para>
/// The task is done at once, with the protocol. Exit code 0 ends the connection with <see cref="ConnectionDoneException"/>,
/// any other end with the process's reason. Half a close closes standard input, and types Ctrl-D on a terminal; a terminal's connection is an <see cref="ITerminalTransport"/>; a protocol that is
/// <see cref="IHalfCloseable"/> hears of the end of standard output by itself (both beyond the original). Aborting kills.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>ProcessEndpoint</c>.</para>
/// </remarks>
public sealed class ProcessEndpoint : IStreamClientEndpoint
{
    private readonly IReactorProcess _reactor;
    private readonly string _executable;
    private readonly IReadOnlyList<string>? _args;
    private readonly ProcessEnvironment _env;
    private readonly string? _path;
    private readonly uint? _uid;
    private readonly uint? _gid;
    private readonly bool _usePty;
    private readonly IReadOnlyDictionary<int, ChildDescriptor>? _childFDs;
    private readonly StandardErrorBehavior _standardError;
    private readonly ProcessOptions? _options;

    /// <summary>Makes one.</summary>
    /// <param name="reactor">The reactor.</param>
    /// <param name="executable">As <see cref="IReactorProcess.SpawnProcess"/> has it, and so the others.</param>
    /// <param name="args">The complete argument vector.</param>
    /// <param name="env">The environment. Default: empty.</param>
    /// <param name="path">The working directory.</param>
    /// <param name="uid">The user to become.</param>
    /// <param name="gid">The group to become.</param>
    /// <param name="usePty">Whether the connection is a terminal.</param>
    /// <param name="childFDs">The child's descriptors; 0 and 1 are the connection.</param>
    /// <param name="standardError">What becomes of standard error. Default: it is logged.</param>
    /// <param name="options">What else.</param>
    public ProcessEndpoint(
        IReactorProcess reactor,
        string executable,
        IReadOnlyList<string>? args = null,
        ProcessEnvironment env = default,
        string? path = null,
        uint? uid = null,
        uint? gid = null,
        bool usePty = false,
        IReadOnlyDictionary<int, ChildDescriptor>? childFDs = null,
        StandardErrorBehavior standardError = StandardErrorBehavior.Log,
        ProcessOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        _reactor = reactor;
        _executable = executable;
        _args = args;
        _env = env;
        _path = path;
        _uid = uid;
        _gid = gid;
        _usePty = usePty;
        _childFDs = childFDs;
        _standardError = standardError;
        _options = options;
    }

    /// <inheritdoc/>
    public Task<IProtocol> ConnectAsync(IFactory factory, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromException<IProtocol>(new ConnectingCancelledException(new ProcessAddress(_executable)));
        }

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
                return Task.FromResult(Connect(factory));
            }
            catch
            {
                factory.DoStop();
                throw;
            }
        }
        catch (Exception failure)
        {
            return Task.FromException<IProtocol>(failure);
        }
    }

    private IProtocol Connect(IFactory factory)
    {
        ProcessAddress address = new(_executable);
        IProtocol protocol = factory.BuildProtocol(address) ?? throw new NoProtocolException();
        ILogger? errors = _standardError == StandardErrorBehavior.Drop ? null : (_reactor as ReactorBase)?.EventLoop.Logger ?? NullLogger.Instance;
        ProcessConnection connection = _usePty
            ? new TerminalConnection(protocol, address, errors, factory.DoStop)
            : new ProcessConnection(protocol, address, errors, factory.DoStop);
        _reactor.SpawnProcess(connection, _executable, _args, _env, _path, _uid, _gid, _usePty, _childFDs, _options);
        return protocol;
    }
}
