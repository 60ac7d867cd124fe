using System.Net;
using System.Net.Sockets;
using Spindle.Loops;

namespace Spindle.Names;

/// <summary>All addresses of a name as one task.</summary>
internal sealed class AddressList : IResolutionReceiver
{
    private readonly TaskCompletionSource<IPEndPoint[]> _result = new();
    private readonly List<IPEndPoint> _addresses = [];
    private IHostResolution? _resolution;
    private CancellationTokenRegistration _cancellation;

    /// <summary>Looks a name up.</summary>
    /// <returns>At least one address; kinds that are no <see cref="IPEndPoint"/> are skipped. Fails with <see cref="DnsLookupException"/>; is cancelled with the token.</returns>
    public static Task<IPEndPoint[]> Get(
        IHostnameResolver resolver,
        string name,
        int port,
        AddressFamily addressFamily = AddressFamily.Unspecified,
        CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<IPEndPoint[]>(cancellationToken);
        }

        AddressList list = new();
        IHostResolution resolution = resolver.ResolveHostName(list, name, port, addressFamily);
        if (!list._result.Task.IsCompleted)
        {
            list._cancellation = HomeCancellation.Register(
                () =>
                {
                    resolution.Cancel();
                    LoopTasks.Cancel(list._result, cancellationToken);
                },
                cancellationToken);
        }

        return list._result.Task;
    }

    void IResolutionReceiver.ResolutionBegan(IHostResolution resolution) => _resolution = resolution;

    void IResolutionReceiver.AddressResolved(EndPoint address)
    {
        if (address is IPEndPoint known)
        {
            _addresses.Add(known);
        }
    }

    void IResolutionReceiver.ResolutionComplete()
    {
        _cancellation.Dispose();
        if (_addresses.Count > 0)
        {
            LoopTasks.Complete(_result, [.. _addresses]);
        }
        else
        {
            LoopTasks.Fail(_result, FailureOf(_resolution));
        }
    }

    /// <summary>Why a look-up brought nothing.</summary>
    public static DnsLookupException FailureOf(IHostResolution? resolution) =>
        resolution?.Failure as DnsLookupException ?? new DnsLookupException($"{resolution?.Name} has no address", resolution?.Failure);
}
