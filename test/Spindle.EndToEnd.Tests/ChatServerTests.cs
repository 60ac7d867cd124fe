using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Spindle.EndToEnd.Tests;

/// <summary>samples/ChatServer, with three guests.</summary>
public sealed class ChatServerTests : IDisposable
{
    private readonly Process _server = Process.Start(
        new ProcessStartInfo(Path.Combine(Repository.Root, "artifacts/bin/ChatServer/debug/ChatServer"), ["0"]) { RedirectStandardOutput = true })!;

    private readonly List<TcpClient> _guests = [];

    public void Dispose()
    {
        _guests.ForEach(guest => guest.Dispose());
        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
    }

    [Fact]
    public async Task Chat_ThreeGuests_HearEachOther()
    {
        string line = (await Within(_server.StandardOutput.ReadLineAsync()))!;
        IPEndPoint address = IPEndPoint.Parse(line["listening tcp:".Length..]);
        using StreamReader ann = await ComeAsync(address, "Ann");
        Assert.Equal("* Ann has come, we are 1", await Within(ann.ReadLineAsync()));
        using StreamReader bob = await ComeAsync(address, "Bob");
        Assert.Equal("* Bob has come, we are 2", await Within(ann.ReadLineAsync()));
        Assert.Equal("* Bob has come, we are 2", await Within(bob.ReadLineAsync()));
        using StreamReader secondAnn = await ComeAsync(address, "Ann");
        Assert.Equal("Another name, please.", await Within(secondAnn.ReadLineAsync()));

        await SayAsync(1, "hello\r\n");
        Assert.Equal("<Bob> hello", await Within(ann.ReadLineAsync()));
        Assert.Equal("<Bob> hello", await Within(bob.ReadLineAsync()));

        _guests[1].Dispose();
        Assert.Equal("* Bob has left", await Within(ann.ReadLineAsync()));
    }

    private async Task<StreamReader> ComeAsync(IPEndPoint address, string name)
    {
        TcpClient guest = new();
        _guests.Add(guest);
        await guest.ConnectAsync(address);
        StreamReader reader = new(guest.GetStream());
        Assert.Equal("Your name?", await Within(reader.ReadLineAsync()));
        await SayAsync(_guests.Count - 1, name + "\n");
        return reader;
    }

    private async Task SayAsync(int guest, string text) => await _guests[guest].GetStream().WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));

    private static async Task<string?> Within(Task<string?> line) => await line.WaitAsync(TimeSpan.FromSeconds(30));
}
