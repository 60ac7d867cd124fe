namespace Spindle.Tool.Demos;

/// <summary>The demos, in the order in which they are run.</summary>
internal static class DemoList
{
    public static readonly IDemo[] All =
    [
        new TimersDemo(),
        new ThreadsDemo(),
        new NamesDemo(),
        new TcpDemo("TCP over IPv4", "tcp:0:interface=127.0.0.1"),
        new TcpDemo("TCP over IPv6", "tcp6:0:interface=\\:\\:1"),
        new TlsDemo(),
        new UnixDemo(),
        new DescriptorDemo(),
        new HalfCloseDemo(),
        new UdpDemo(),
        new MulticastDemo(),
        new UnixDatagramDemo(),
        new ProcessDemo(),
        new TerminalDemo(),
        new SecondLoopDemo(),
    ];
}
