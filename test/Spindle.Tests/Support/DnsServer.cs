using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Spindle.Tests.Support;

/// <summary>A DNS server on the loopback, over UDP and TCP, that says what a test wants.</summary>
internal sealed class DnsServer : IDisposable
{
    private const int HeaderLength = 12;

    private readonly Func<DnsQuestion, DnsReply?> _answer;
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly OffThread[] _threads;
    private volatile bool _isOver;

    /// <summary>Starts one.</summary>
    /// <param name="answer">Asked on the server's threads; null for silence.</param>
    public DnsServer(Func<DnsQuestion, DnsReply?> answer)
    {
        _answer = answer;
        (_udp, _tcp) = BindBoth();
        _threads = [OffThread.Start(ServeUdp), OffThread.Start(ServeTcp)];
    }

    public IPEndPoint Address => (IPEndPoint)_udp.LocalEndPoint!;

    public ConcurrentQueue<DnsQuestion> Asked { get; } = new();

    public void Dispose()
    {
        _isOver = true;
        _udp.Dispose();
        _tcp.Dispose();
        foreach (OffThread thread in _threads)
        {
            thread.Join();
        }
    }

    /// <summary>One number for both protocols; one that is free on UDP may be taken on TCP.</summary>
    private static (Socket Udp, Socket Tcp) BindBoth()
    {
        while (true)
        {
            Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                tcp.Listen();
                udp.Bind(tcp.LocalEndPoint!);
                return (udp, tcp);
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    private void ServeUdp()
    {
        byte[] query = new byte[4_096];
        try
        {
            while (true)
            {
                EndPoint client = new IPEndPoint(IPAddress.Any, 0);
                int length = _udp.ReceiveFrom(query, ref client);
                if (Reply(query.AsSpan(0, length), isTcp: false) is { } reply)
                {
                    _udp.SendTo(reply, client);
                }
            }
        }
        catch (Exception end) when (_isOver && end is SocketException or ObjectDisposedException)
        {
        }
    }

    private void ServeTcp()
    {
        try
        {
            while (true)
            {
                using NetworkStream client = new(_tcp.Accept(), ownsSocket: true);
                byte[] length = new byte[2];
                client.ReadExactly(length);
                byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                client.ReadExactly(query);
                if (Reply(query, isTcp: true) is { } reply)
                {
                    BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)reply.Length);
                    client.Write([.. length, .. reply]);
                }
            }
        }
        catch (Exception end) when (_isOver && end is SocketException or ObjectDisposedException)
        {
        }
    }

    private byte[]? Reply(ReadOnlySpan<byte> query, bool isTcp)
    {
        int end = HeaderLength;
        StringBuilder name = new();
        while (query[end] > 0)
        {
            name.Append(Encoding.ASCII.GetString(query.Slice(end + 1, query[end]))).Append('.');
            end += query[end] + 1;
        }

        end += 1 + 4; // The name's end, its type and class.
        bool isIPv6 = BinaryPrimitives.ReadUInt16BigEndian(query[(end - 4)..]) == 28;
        DnsQuestion question = new(name.ToString().TrimEnd('.'), isIPv6, isTcp);
        Asked.Enqueue(question);
        return _answer(question) is { } reply ? Encode(query[..end], reply, isIPv6) : null;
    }

    private static byte[] Encode(ReadOnlySpan<byte> query, DnsReply reply, bool isIPv6)
    {
        IPAddress[] addresses = [.. reply.Addresses.Where(address => (address.AddressFamily == AddressFamily.InterNetworkV6) == isIPv6)];
        List<byte> message = [.. query];
        message[2] = (byte)(0x81 | (reply.IsTruncated ? 0x02 : 0)); // A response, recursion desired.
        message[3] = (byte)(0x80 | reply.Code);                     // Recursion available.
        message[7] = (byte)addresses.Length;
        message[11] = 0; // Without the query's additional record.
        foreach (IPAddress address in addresses)
        {
            byte[] bytes = address.GetAddressBytes();
            message.AddRange([0xC0, HeaderLength, 0, (byte)(isIPv6 ? 28 : 1), 0, 1, 0, 0, 0, 60, 0, (byte)bytes.Length, .. bytes]);
        }

        return [.. message];
    }
}
