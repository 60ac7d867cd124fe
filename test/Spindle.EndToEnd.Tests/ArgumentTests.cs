using System.Net;
using System.Net.Sockets;

namespace Spindle.EndToEnd.Tests;

/// <summary>Bad input: an exit code and one clear line (design 8).</summary>
public sealed class ArgumentTests
{
    [Theory]
    [InlineData("", "a command is missing")]
    [InlineData("frobnicate", "no command \"frobnicate\"")]
    [InlineData("help", "See spindle --help")]
    [InlineData("echo", "an endpoint is missing")]
    [InlineData("echo tcp:0 --bogus", "no option \"--bogus\"")]
    [InlineData("demo --loops 2", "no option \"--loops\"")]
    [InlineData("--grace 1 echo tcp:0", "options come after the command")]
    [InlineData("echo tcp:0 --selector", "--selector needs a value: epoll|poll|select")]
    [InlineData("echo @/etc/passwd", "no endpoint type \"@/etc/passwd\"")]
    [InlineData("echo tcp:7000:interface=::1", "a colon within a value is written \\:")]
    [InlineData("demo tcp", "one argument too many")]
    [InlineData("echo tcp", "the port is missing")]
    [InlineData("echo tcp:70000", "from 0 to 65535")]
    [InlineData("echo tcp:-1", "from 0 to 65535")]
    [InlineData("echo tcp:http", "from 0 to 65535")]
    [InlineData("echo carrier-pigeon:7000", "no endpoint type \"carrier-pigeon\"")]
    [InlineData("echo tcp:7000:localhost", "must be an IPv4 or IPv6 address")]
    [InlineData("echo tcp:0 tcp:70000", "from 0 to 65535")]
    [InlineData("echo tcp:7000:colour=red", "no colour")]
    [InlineData("echo --selector kqueue tcp:0", "epoll, poll or select")]
    [InlineData("echo --grace soon tcp:0", "a number of seconds")]
    [InlineData("echo --loops 0 tcp:0", "a number from 1 to 1024")]
    [InlineData("echo --loops 1025 tcp:0", "a number from 1 to 1024")]
    [InlineData("relay --loops many tcp:0 tcp:1:1", "a number from 1 to 1024")]
    [InlineData("echo --log-level loud tcp:0", "Warning")]
    [InlineData("relay tcp:0", "an endpoint is missing")]
    [InlineData("relay tcp:0 tcp:127.0.0.1", "the port is missing")]
    [InlineData("relay tcp:0 tcp:127.0.0.1:70000", "from 0 to 65535")]
    [InlineData("relay tcp:0 tcp:127.0.0.1:80 tcp:1", "one argument too many")]
    public async Task Arguments_Wrong_ExitWith2AndOneLine(string arguments, string expected)
    {
        using SpindleProcess spindle = SpindleProcess.Start(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        (int exitCode, string output, string errors) = await spindle.EndAsync();

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Equal(1, errors.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Echo_PortInUse_ExitsWith1AndOneLine()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        using SpindleProcess spindle = SpindleProcess.Start("echo", $"tcp:{port}:127.0.0.1");
        (int exitCode, _, string errors) = await spindle.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains($"127.0.0.1:{port}", errors, StringComparison.Ordinal);
        Assert.Contains("Address already in use", errors, StringComparison.Ordinal);
        Assert.Equal(1, errors.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("--help", "relay")]
    [InlineData("echo --help", "--grace")]
    [InlineData("relay --help", "--selector")]
    [InlineData("echo --help", "spindle echo [<endpoint>...] [options]")]
    [InlineData("demo --help", "spindle demo [options]")]
    [InlineData("--version", ".")]
    public async Task Help_Prints(string arguments, string expected)
    {
        using SpindleProcess spindle = SpindleProcess.Start(arguments.Split(' '));
        (int exitCode, string output, string errors) = await spindle.EndAsync();

        Assert.Equal(0, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Empty(errors);
    }
}
