using System.Net;
using Spindle.Policies;
using Spindle.Testing;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Policies;

/// <summary>A policy between a transport in memory and recording protocols, on a clock that stands still.</summary>
public abstract class PolicyTest
{
    private protected static readonly IPEndPoint Peer = new(IPAddress.Parse("192.0.2.1"), 1000);

    private protected PolicyTest() => Inner = new RecordingFactory(() => Build());

    private protected Clock Clock { get; } = new();

    private protected RecordingFactory Inner { get; }

    /// <summary>Makes the protocols of <see cref="Inner"/>.</summary>
    private protected Func<RecordingProtocol?> Build { get; set; } = () => new RecordingProtocol("inner");

    private protected static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>Makes a connection as a port would.</summary>
    private protected static (ProtocolWrapper Wrapper, StringTransport Transport) Connect(IFactory factory, IPEndPoint? peer = null)
    {
        StringTransport transport = new(peer: peer ?? Peer);
        ProtocolWrapper wrapper = Assert.IsAssignableFrom<ProtocolWrapper>(factory.BuildProtocol(transport.Peer));
        transport.Connect(wrapper);
        return (wrapper, transport);
    }
}
