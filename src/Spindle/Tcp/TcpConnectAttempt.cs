using System.Net;
using System.Net.Sockets;
using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Streams;

namespace Spindle.Tcp;

/// <summary>One attempt to make a TCP connection: looks the name up, binds, connects.</summary>
internal sealed class TcpConnectAttempt(
    IDescriptorHost host,
    TcpConnector connector,
    EndPoint destination,
    IPEndPoint? bindAddress,
    TcpConnectOptions options) : ConnectAttempt(host, connector)
{
    private Action? _stopLookUp; // While the name is being looked up.

    public override void Begin()
    {
        if (IsOver)
        {
            return;
        }

        if (destination is IPEndPoint literal)
        {
            Connect(literal);
        }
        else if (destination is DnsEndPoint { Host: var host } && host.Contains(':', StringComparison.Ordinal))
        {
            // Meant for IPv6, so it is never looked up (TCP-2).
            Fail(new UnknownHostException($"{host} is no IPv6 address, or has a scope that this machine has not"));
        }
        else
        {
            _ = ResolveAndConnectAsync((DnsEndPoint)destination);
        }
    }

    // The resolver may be the user's own: whatever it makes of the cancellation, the attempt ends.
    protected override void Ending()
    {
        if (_stopLookUp is { } stop)
        {
            Host.Guard(this, static stop => ((Action)stop!)(), stop);
        }
    }

    private async Task ResolveAndConnectAsync(DnsEndPoint name)
    {
        // A failing connect reports itself; only the look-up can throw here, and it may be the user's own.
        IPAddress[] addresses;
        using CancellationTokenSource lookUp = new();
        _stopLookUp = lookUp.Cancel;
        try
        {
            addresses = await Host.ResolveAsync(name.Host, lookUp.Token).ConfigureAwait(true);
        }
        catch (Exception failure)
        {
            Fail(failure);
            return;
        }
        finally
        {
            _stopLookUp = null;
        }

        if (!IsOver)
        {
            // As the original: IPv4 if there is any.
            IPAddress address = addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
            Connect(new IPEndPoint(address, name.Port));
        }
    }

    private void Connect(IPEndPoint peer)
    {
        ISockets sockets = Host.Kernel.Sockets;
        int fd = sockets.Create(InternetAddresses.Family(peer.Address), SocketConstants.SOCK_STREAM, 0);
        if (fd < 0)
        {
            Fail(Refused("socket", fd));
            return;
        }

        Span<byte> raw = stackalloc byte[SocketConstants.MaxAddressSize];
        int result = bindAddress is null ? 0 : sockets.Bind(fd, InternetAddresses.Write(bindAddress, raw));
        if (result < 0)
        {
            _ = Host.Kernel.Files.Close(fd);
            Fail(Refused("bind", result));
            return;
        }

        SetOptions(fd);
        Connect(fd, peer, InternetAddresses.Write(peer, raw));
    }

    // An option that the kernel refuses is no reason to give a connection up; what it is can be read back.
    private void SetOptions(int fd)
    {
        foreach ((int level, int option, int value) in SocketOptions.Of(options))
        {
            _ = Host.Kernel.Sockets.SetOption(fd, level, option, value);
        }
    }

    private static ConnectBindException Refused(string call, int result) =>
        new($"{call}: {Errno.Describe(-result)} (errno {-result})", -result);
}
