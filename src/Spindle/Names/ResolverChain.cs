using System.Net;
using System.Net.Sockets;
using Spindle.Loops;

namespace Spindle.Names;

/// <summary>Asks several resolvers, one after the other, until one has an address.</summary>
/// <remarks>
/// <para>
/// If none has, the failure is that of the last one that told any. A resolver that throws is logged and counts as one that knows nothing.
/// </para>
/// <example>
/// <code>
/// reactor.InstallNameResolver(new ResolverChain(
///     reactor.EventLoop, new HostsFileResolver(reactor.EventLoop), new GetAddrInfoResolver(reactor.EventLoop)));
/// </code>
/// </example>
/// <para>Thread: the loop's.</para>
/// <para>Source: Twisted's <c>names/resolve.py</c>, <c>ResolverChain</c>.</para>
/// </remarks>
public sealed class ResolverChain : IHostnameResolver
{
    private readonly IEventLoop _loop;
    private readonly IHostnameResolver[] _resolvers;

    /// <summary>Makes one.</summary>
    /// <param name="loop">The reactor's loop; it has the log.</param>
    /// <param name="resolvers">At least one, in the order in which to ask.</param>
    /// <exception cref="ArgumentException">There is no resolver, or one is null.</exception>
    public ResolverChain(IEventLoop loop, params ReadOnlySpan<IHostnameResolver> resolvers)
    {
        ArgumentNullException.ThrowIfNull(loop);
        if (resolvers.IsEmpty || resolvers.Contains(null!))
        {
            throw new ArgumentException("A chain has at least one resolver, and none that is null.", nameof(resolvers));
        }

        _loop = loop;
        _resolvers = resolvers.ToArray();
    }

    /// <inheritdoc/>
    public IHostResolution ResolveHostName(
        IResolutionReceiver receiver,
        string hostName,
        int portNumber = 0,
        AddressFamily addressFamily = AddressFamily.Unspecified,
        TransportSemantics transportSemantics = TransportSemantics.Tcp)
    {
        ResolverArguments.Check(receiver, hostName, portNumber, addressFamily, transportSemantics);
        Resolution resolution = new(this, receiver, hostName, portNumber, addressFamily, transportSemantics);
        receiver.ResolutionBegan(resolution);
        resolution.AskNext();
        return resolution;
    }

    private sealed class Resolution(
        ResolverChain chain,
        IResolutionReceiver receiver,
        string name,
        int port,
        AddressFamily addressFamily,
        TransportSemantics transportSemantics) : HostResolution(receiver, name, port, chain._loop.Logger)
    {
        private readonly int _port = port;
        private int _next;
        private Exception? _failure;
        private Question? _question;

        public void AskNext()
        {
            while (!IsOver && _next < chain._resolvers.Length)
            {
                Question question = _question = new Question(this);
                try
                {
                    chain._resolvers[_next++].ResolveHostName(question, Name, _port, addressFamily, transportSemantics);
                    return;
                }
                catch (Exception exception)
                {
                    NamesLog.ResolverFailed(chain._loop.Logger, Name, exception);
                    _failure = exception;
                    if (question.IsOver)
                    {
                        return; // It had answered before it threw.
                    }

                    question.IsOver = true;
                }
            }

            Finish(_failure);
        }

        public void Found(EndPoint address) => Deliver(address);

        public void Answered(bool hasAddress, Exception? failure)
        {
            _failure = failure ?? _failure;
            if (hasAddress)
            {
                Finish(null);
            }
            else
            {
                AskNext();
            }
        }

        private protected override void Ended(bool isCancelled)
        {
            if (isCancelled)
            {
                _question?.Cancel();
            }
        }
    }

    /// <summary>What one resolver is asked; deaf once it has answered.</summary>
    private sealed class Question(Resolution resolution) : IResolutionReceiver
    {
        private IHostResolution? _asked;
        private bool _hasAddress;

        public bool IsOver { get; set; }

        public void Cancel()
        {
            IsOver = true;
            _asked?.Cancel();
        }

        void IResolutionReceiver.ResolutionBegan(IHostResolution asked) => _asked = asked;

        void IResolutionReceiver.AddressResolved(EndPoint address)
        {
            if (!IsOver)
            {
                _hasAddress = true;
                resolution.Found(address);
            }
        }

        void IResolutionReceiver.ResolutionComplete()
        {
            if (!IsOver)
            {
                IsOver = true;
                resolution.Answered(_hasAddress, _asked?.Failure);
            }
        }
    }
}
