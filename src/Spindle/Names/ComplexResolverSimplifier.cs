using System.Net;
using System.Net.Sockets;
using Spindle.Loops;

namespace Spindle.Names;

/// <summary>Makes a simple resolver of a full one: the first IPv4 address is the answer.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/_resolver.py</c>, <c>ComplexResolverSimplifier</c>, which knows no time limit.</para>
/// </remarks>
public sealed class ComplexResolverSimplifier : IResolverSimple
{
    private readonly IHostnameResolver _resolver;
    private readonly IReactorTime _clock;
    private readonly SynchronizationContext? _home;

    /// <summary>Wraps a resolver.</summary>
    /// <param name="resolver">The full one.</param>
    /// <param name="clock">The reactor, for the time limits.</param>
    public ComplexResolverSimplifier(IHostnameResolver resolver, IReactorTime clock)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        ArgumentNullException.ThrowIfNull(clock);
        _resolver = resolver;
        _clock = clock;
    }

    /// <summary>Wraps a reactor's resolver: a cancellation is brought to the reactor's loop, also if that does not run yet.</summary>
    internal ComplexResolverSimplifier(IHostnameResolver resolver, IReactorTime clock, IEventLoop? loop)
        : this(resolver, clock) => _home = loop?.SynchronizationContext;

    /// <inheritdoc/>
    public Task<IPAddress> GetHostByName(string name, IReadOnlyList<TimeSpan>? timeouts = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        TimeSpan limit = ResolverArguments.Sum(timeouts);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<IPAddress>(cancellationToken);
        }

        FirstAddress first = new();
        IHostResolution resolution = _resolver.ResolveHostName(first, name, 0, AddressFamily.InterNetwork);
        if (!first.Result.IsCompleted)
        {
            first.Limit(
                _clock.CallLater(limit, () => first.GiveUp(resolution, new DnsLookupException($"{name}: no answer within {limit.TotalSeconds:0.###} s"))),
                HomeCancellation.Register(() => first.Cancel(resolution, cancellationToken), _home ?? SynchronizationContext.Current, cancellationToken));
        }

        return first.Result;
    }

    private sealed class FirstAddress : IResolutionReceiver
    {
        private readonly TaskCompletionSource<IPAddress> _result = new();
        private IHostResolution? _resolution;
        private DelayedCall? _timer;
        private CancellationTokenRegistration _cancellation;

        public Task<IPAddress> Result => _result.Task;

        public void Limit(DelayedCall timer, CancellationTokenRegistration cancellation)
        {
            _timer = timer;
            _cancellation = cancellation;
            if (_result.Task.IsCompleted)
            {
                End(); // The token was cancelled while this was being set up.
            }
        }

        public void ResolutionBegan(IHostResolution resolution) => _resolution = resolution;

        public void AddressResolved(EndPoint address)
        {
            if (address is IPEndPoint { AddressFamily: AddressFamily.InterNetwork } found && !_result.Task.IsCompleted)
            {
                End();
                LoopTasks.Complete(_result, found.Address);
            }
        }

        public void ResolutionComplete()
        {
            if (!_result.Task.IsCompleted)
            {
                End();
                LoopTasks.Fail(_result, AddressList.FailureOf(_resolution));
            }
        }

        public void GiveUp(IHostResolution resolution, Exception reason)
        {
            resolution.Cancel();
            End();
            LoopTasks.Fail(_result, reason);
        }

        public void Cancel(IHostResolution resolution, CancellationToken cancellationToken)
        {
            if (!_result.Task.IsCompleted)
            {
                resolution.Cancel();
                End();
                LoopTasks.Cancel(_result, cancellationToken);
            }
        }

        private void End()
        {
            _cancellation.Dispose();
            if (_timer is { IsActive: true })
            {
                _timer.Cancel();
            }
        }
    }
}
