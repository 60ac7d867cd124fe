using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Spindle.EndToEnd.Tests;

/// <summary>UNIX sockets and sockets of a service manager, with real programs at the other end.</summary>
public sealed class UnixTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spindle-unix-").FullName;

    private string Socket => Path.Combine(_folder, "socket");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Echo_ThroughSocat_ComesBackAndTheFileGoesWithIt()
    {
        using SpindleProcess spindle = SpindleProcess.Start("echo", $"unix:{Socket}");
        Assert.Equal($"listening unix:{Socket}", await spindle.FirstLineAsync());

        string counts = Shell.Bash($"head -c {32 << 20} /dev/zero | socat -t 60 - UNIX-CONNECT:{Socket} | wc -c");
        spindle.Signal("TERM");
        await spindle.EndAsync();

        Assert.Equal((32 << 20).ToString(System.Globalization.CultureInfo.InvariantCulture), counts.Trim());
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Echo_KilledBefore_TakesThePathOver()
    {
        using (SpindleProcess first = SpindleProcess.Start("echo", $"unix:{Socket}"))
        {
            await first.FirstLineAsync();
            first.Signal("KILL");
            await first.EndAsync();
        }

        Assert.True(File.Exists(Socket));
        using SpindleProcess second = SpindleProcess.Start("echo", $"unix:{Socket}");
        await second.FirstLineAsync();

        Assert.Equal("hello\n", Shell.Bash($"echo hello | socat -t 60 - UNIX-CONNECT:{Socket}"));
    }

    [Theory]
    [InlineData("unix:{0}", "tcp")]
    [InlineData("unix:@{0}", "unix")]
    public async Task Relay_UnixOnEitherSide_CarriesHalfCloses(string listen, string to)
    {
        using SpindleProcess echo = SpindleProcess.Start("echo", to == "tcp" ? "tcp:0:127.0.0.1" : $"unix:{Socket}-echo");
        string target = (await echo.FirstLineAsync())["listening ".Length..];
        string path = string.Format(System.Globalization.CultureInfo.InvariantCulture, listen, Socket);
        using SpindleProcess spindle = SpindleProcess.Start("relay", path, target);
        await spindle.FirstLineAsync();

        string kind = path.Contains('@', StringComparison.Ordinal) ? "ABSTRACT-CONNECT" : "UNIX-CONNECT";
        string counts = Shell.Bash($"head -c {8 << 20} /dev/zero | socat -t 60 - {kind}:{Socket} | wc -c");

        Assert.Equal((8 << 20).ToString(System.Globalization.CultureInfo.InvariantCulture), counts.Trim());
    }

    [Fact]
    public async Task EchoAndRelay_Datagrams_AnswerThroughSocat()
    {
        using SpindleProcess echo = SpindleProcess.Start("echo", $"unixgram:@{Socket}");
        Assert.Equal($"listening unixgram:@{Socket}", await echo.FirstLineAsync());
        using SpindleProcess relay = SpindleProcess.Start("relay", $"unixgram:{Socket}:mode=600", $"unixgram:@{Socket}");
        Assert.Equal($"listening unixgram:{Socket}", await relay.FirstLineAsync());
        using SpindleProcess udp = SpindleProcess.Start("relay", "udp:0:127.0.0.1", $"unixgram:{Socket}");
        IPEndPoint address = await udp.ListeningAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Socket));

        // From UDP through a path to an abstract name, and all the way back; who has no name gets no answer and harms nobody.
        Shell.Bash($"printf nobody | socat -u - UNIX-SENDTO:{Socket}");
        Assert.Equal("one", await DatagramTests.AskAsync($"UNIX-SENDTO:{Socket},bind={Socket}.one", "one"));
        Assert.Equal("two", await DatagramTests.AskAsync($"UDP4-CONNECT:{address}", "two"));

        relay.Signal("TERM");
        Assert.Empty((await relay.EndAsync()).Errors);
        Assert.False(File.Exists(Socket));
    }

    [Fact]
    public async Task Relay_DatagramPeerRestarted_FindsItAgain()
    {
        using SpindleProcess relay = SpindleProcess.Start("relay", "udp:0:127.0.0.1", $"unixgram:{Socket}");
        IPEndPoint address = await relay.ListeningAsync();
        using UdpClient client = new("127.0.0.1", address.Port);
        for (int round = 0; round < 2; round++)
        {
            using SpindleProcess echo = SpindleProcess.Start("echo", $"unixgram:{Socket}");
            await echo.FirstLineAsync();
            Task answered = ReceiveAsync(client, (byte)round);
            // A datagram that is lost has no event: it is sent again, as every client of datagrams must.
            while (await Task.WhenAny(answered, Task.Delay(50, TestContext.Current.CancellationToken)) != answered)
            {
                await client.SendAsync(new byte[] { (byte)round }, TestContext.Current.CancellationToken); // The first finds that the old one is gone.
            }

            await answered;
            echo.Signal("TERM");
            await echo.EndAsync();
        }
    }

    [Fact]
    public async Task Systemd_SocketWasGiven_IsServedAndNotPassedOn()
    {
        const string Manager = """
            import os, socket, sys
            s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
            os.dup2(s.fileno(), 3) if s.fileno() != 3 else os.set_inheritable(3, True)
            os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES="web")
            os.execv(sys.argv[1], sys.argv[1:])
            """;
        using SpindleProcess spindle = SpindleProcess.StartUnder(
            $"exec /usr/bin/python3 -c '{Manager}' \"$0\" \"$@\"", "relay", "systemd:domain=INET:name=web", "exec:/bin/sh:-c:env | grep -c LISTEN_; ls -l /proc/self/fd | grep -c socket; true");
        IPEndPoint address = await spindle.ListeningAsync();

        Assert.Equal("0\n0\n", Shell.Bash($"socat -u TCP:{address} -"));
    }

    [Fact]
    public async Task SocketHandover_Restarted_LosesNoConnection()
    {
        string program = Path.Combine(Repository.Root, "artifacts/bin/SocketHandover/debug/SocketHandover");
        int port = FreePort.Next();
        string[] arguments = [port.ToString(System.Globalization.CultureInfo.InvariantCulture), Path.Combine(_folder, "control")];
        using Process first = await StartAsync(program, arguments);
        using TcpClient old = await ConnectAsync(port);
        Assert.Equal($"process {first.Id}\n", await ReadAsync(old));

        Task<Process> restart = StartAsync(program, arguments);
        HashSet<string> served = [];
        while (!restart.IsCompleted || served.Count < 2)
        {
            using TcpClient client = await ConnectAsync(port);
            served.Add(await ReadAsync(client));
        }

        using Process second = await restart;
        await old.GetStream().WriteAsync("still"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("still", await ReadAsync(old)); // It has a grace to finish in.
        old.Close();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(40), TestContext.Current.CancellationToken);
        Assert.Equal(0, first.ExitCode);
        Assert.Contains($"process {second.Id}\n", served);
        using TcpClient last = await ConnectAsync(port);
        Assert.Equal($"process {second.Id}\n", await ReadAsync(last));
        second.Kill();
        await second.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static async Task ReceiveAsync(UdpClient client, byte expected)
    {
        while ((await client.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer[0] != expected)
        {
        }
    }

    private static async Task<Process> StartAsync(string program, string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        Assert.Contains("serves", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "", StringComparison.Ordinal);
        return process;
    }

    private static async Task<TcpClient> ConnectAsync(int port)
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<string> ReadAsync(TcpClient client)
    {
        byte[] buffer = new byte[100];
        int count = await client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken);
        return System.Text.Encoding.ASCII.GetString(buffer, 0, count);
    }
}
