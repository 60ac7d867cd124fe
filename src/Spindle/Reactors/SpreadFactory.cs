using System.Net;
using Spindle.Protocols;
using Spindle.Streams;

namespace Spindle.Reactors;

/// <summary>A factory for a port of one reactor of a group; the others serve its connections in turn, each with a factory of its own.</summary>
/// <remarks>
/// A reactor does what it is asked in order: its factory is started before the first connection comes and stopped after the
/// last. Thread: the port's, but for what says otherwise.
/// </remarks>
internal sealed class SpreadFactory(IReadOnlyList<ReactorGroupMember> members, Func<AsyncSelectorReactor, IFactory> create) : IFactory, IConnectionSpread, ILoggingContext
{
    private readonly Share[] _shares = [.. members.Select(member => new Share(member))];
    private uint _turn;

    public string LogPrefix => nameof(ReactorGroup);

    public void DoStart()
    {
        Share own = OwnShare();
        Start(own);
        foreach (Share share in _shares.Where(share => share != own))
        {
            share.Member.TryPost(new Errand(() => Start(share), this));
        }
    }

    public void DoStop()
    {
        Share own = OwnShare();
        foreach (Share share in _shares.Where(share => share != own))
        {
            share.Member.TryPost(new Errand(() => share.Factory?.DoStop(), this));
        }

        own.Factory?.DoStop();
    }

    /// <summary>A spread factory whose reactors each put something in front of their own factory of this one.</summary>
    public SpreadFactory WrapEach(Func<AsyncSelectorReactor, IFactory, IFactory> wrap) =>
        new(members, reactor => wrap(reactor, FactoryOf(Array.Find(_shares, share => ReferenceEquals(share.Member.Reactor, reactor))!)));

    // Only for a port that something stands in front of: what it accepts stays with it.
    public IProtocol? BuildProtocol(EndPoint address) => OwnShare().Factory!.BuildProtocol(address);

    public bool TryHandOver(StreamPort port, int fd, ReadOnlySpan<byte> rawPeer)
    {
        AcceptedSocket? socket = null;
        for (int tries = 0; tries < _shares.Length; tries++)
        {
            Share share = _shares[_turn++ % (uint)_shares.Length];
            if (ReferenceEquals(share.Member.Host, port.Host))
            {
                return false;
            }

            socket ??= new AcceptedSocket(this, port, fd, rawPeer.ToArray());
            if (!share.HasFailed && share.Member.TryPost(socket))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Serves a socket that was handed over. Thread: the member's.</summary>
    public void Serve(ReactorGroupMember member, StreamPort port, int fd, byte[] rawPeer)
    {
        if (_shares[member.Index].Factory is not { } factory)
        {
            _ = member.Host.Kernel.Files.Close(fd); // It failed to start, which was said.
            return;
        }

        member.Host.Guard(port, static state => ((Action)state!)(), () => port.Serve(member.Host, factory, fd, rawPeer));
    }

    private void Start(Share share)
    {
        try
        {
            IFactory factory = FactoryOf(share);
            (factory as IHostedFactory)?.UseOn(share.Member.Host);
            factory.DoStart();
            share.Factory = factory;
        }
        catch
        {
            share.HasFailed = true;
            throw;
        }
    }

    private IFactory FactoryOf(Share share) => share.Made ??= create(share.Member.Reactor);

    private Share OwnShare() =>
        Array.Find(_shares, share => ReferenceEquals(share.Member.Reactor.EventLoop, EventLoop.Current)) ?? _shares[0];

    /// <summary>One reactor's part.</summary>
    private sealed class Share(ReactorGroupMember member)
    {
        private volatile bool _hasFailed;

        public ReactorGroupMember Member => member;

        /// <summary>The factory, started or not. Thread: the member's.</summary>
        public IFactory? Made { get; set; }

        /// <summary>The factory, once it was started. Thread: the member's.</summary>
        public IFactory? Factory { get; set; }

        /// <summary>Thread: any.</summary>
        public bool HasFailed
        {
            get => _hasFailed;
            set => _hasFailed = value;
        }
    }

    /// <summary>Something that a factory is told; what it throws is logged.</summary>
    private sealed class Errand(Action action, ILoggingContext owner) : IGroupWork
    {
        public void Run(ReactorGroupMember member) => member.Host.Guard(owner, static state => ((Action)state!)(), action);

        public void Drop(ReactorGroupMember member)
        {
        }
    }
}
