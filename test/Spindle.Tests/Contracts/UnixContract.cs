using System.Net.Sockets;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What UNIX sockets do on every selector.</summary>
public abstract partial class UnixContract
{
    private protected abstract SelectorKind Kind { get; }

    private void Run(Func<UnixRig, Task> test) => ReactorRig.Run(Kind, async rig =>
    {
        using UnixRig unix = new(rig);
        await test(unix);
        await rig.StopAsync(); // Before the folder goes.
    });

    private void Run(Action<UnixRig> test) => Run(unix =>
    {
        test(unix);
        return Task.CompletedTask;
    });

    private static IUnixTransport Unix(RecordingProtocol protocol) => (IUnixTransport)protocol.Transport;

    /// <summary>A socket of the runtime's, outside the reactor.</summary>
    private static Socket ConnectRaw(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    /// <summary>A process that there is no more.</summary>
    private static string DeadProcess()
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start("/bin/true");
        process.WaitForExit();
        return process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static T AssertReason<T>(RecordingProtocol protocol)
        where T : Exception
    {
        Assert.Equal(1, protocol.LostCount);
        return Assert.IsType<T>(protocol.Reason);
    }

    private static int OptionPassCredentials => 16;

    private static void PassCredentials(UnixRig unix, int fd) =>
        Assert.Equal(0, unix.Reactor.Kernel.Sockets.SetOption(fd, SocketConstants.SOL_SOCKET, OptionPassCredentials, 1));
}
