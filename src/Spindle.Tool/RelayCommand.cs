using System.CommandLine;
using System.Globalization;
using Spindle.Endpoints;
using Spindle.Stdio;

namespace Spindle.Tool;

/// <summary><c>spindle relay LISTEN CONNECT</c></summary>
internal static class RelayCommand
{
    public static Command Create()
    {
        Argument<string> listen = new("listen")
        {
            Description = "Where to listen: tcp:PORT[:INTERFACE], tcp6:PORT, ssl:PORT:privateKey=FILE:certKey=FILE, unix:PATH, systemd:domain=INET:index=0, udp:PORT[:INTERFACE] or unixgram:PATH; port 0 takes a free one, which is printed; stdio: is this command's own input and output; haproxy: in front takes HAProxy's PROXY protocol.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Argument<string> connect = new("connect")
        {
            Description = "What to connect each client to: tcp:HOST:PORT, tls:HOST:PORT[:trustRoots=FOLDER], ssl:HOST:PORT, unix:PATH, exec:PROGRAM[:ARGUMENT...], pty:PROGRAM[:ARGUMENT...], serial:DEVICE[:baudrate=9600]; stdio: for one client; udp:HOST:PORT or unixgram:PATH for datagrams.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        listen.Validators.Add(Runner.RefuseOptions);
        connect.Validators.Add(Runner.RefuseOptions);
        Option<double> idle = new("--idle")
        {
            Description = "Datagrams: seconds without any after which a client is forgotten.",
            HelpName = "seconds",
            DefaultValueFactory = _ => 60,
        };
        idle.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= 86_400))
            {
                result.AddError($"--idle is \"{result.Tokens[0].Value}\"; it must be a number of seconds above 0, up to 86400.");
            }
        });
        Command command = new("relay", "Connects each client to another endpoint and carries bytes both ways, as in \"spindle relay tcp:8080 tcp:127.0.0.1:80\".") { listen, connect, idle };
        CommonOptions.AddTo(command);
        ServerCertificate.AddTo(command);
        command.SetAction(parsed => Run(CommonOptions.From(parsed), ServerCertificate.From(parsed), parsed.GetValue(listen), parsed.GetValue(connect), TimeSpan.FromSeconds(parsed.GetValue(idle))));
        return command;
    }

    private static int Run(CommonOptions options, ServerCertificate certificate, string? listen, string? connect, TimeSpan idle)
    {
        if (listen is null || connect is null)
        {
            throw new ArgumentException("an endpoint is missing; say where to listen and where to connect, as in \"spindle relay tcp:8080 tcp:127.0.0.1:80\".");
        }

        bool isDatagram = EndpointStrings.IsDatagram(listen);
        if (isDatagram != EndpointStrings.IsDatagram(connect))
        {
            throw new ArgumentException("a relay carries either streams or datagrams: with udp or unixgram on one side the other must be one of these, too.");
        }

        RelayResult result = new();
        int code = Runner.Serve(options, group => isDatagram ? ListenForDatagramsAsync(group, certificate, listen, connect, idle) : ListenAsync(group, options, certificate, listen, connect, result));
        return code == Runner.Success ? result.ExitCode : code;
    }

    private static async Task ListenForDatagramsAsync(ReactorGroup group, ServerCertificate certificate, string listen, string connect, TimeSpan idle)
    {
        DatagramServer server = new(group, listen);
        _ = EndpointStrings.ParseDatagramClient(group.Reactors[0], connect); // A mistake is told before anybody listens.
        certificate.EnsureUsed();
        await server.ListenAsync(reactor => new RelayDatagrams(reactor, EndpointStrings.ParseDatagramClient(reactor, connect), idle)).ConfigureAwait(true);
    }

    private static async Task ListenAsync(ReactorGroup group, CommonOptions options, ServerCertificate certificate, string listen, string connect, RelayResult result)
    {
        IStreamServerEndpoint server = EndpointStrings.ParseServer(group.Reactors[0], listen, certificate.Make);
        IStreamClientEndpoint target = EndpointStrings.ParseClient(group.Reactors[0], connect); // A mistake is told before anybody listens.
        bool isToStandardIO = target is StandardIOEndpoint;
        if (isToStandardIO && server is StandardIOEndpoint)
        {
            throw new ArgumentException("there is one standard input: stdio: can be one side of a relay, not both.");
        }

        certificate.EnsureUsed();
        result.IsForOne = isToStandardIO || server is StandardIOEndpoint;
        IFactory factory = group.Spread(reactor =>
        {
            IStreamClientEndpoint client = EndpointStrings.ParseClient(reactor, connect);
            return Factory.For(_ => new RelayFront(reactor, client, result));
        });
        IListeningPort port = await server.ListenAsync(factory).ConfigureAwait(true);
        if (port is StandardIOPort stdio)
        {
            await Runner.ServeStandardIO(stdio.Connection, group, options, result).ConfigureAwait(true);
            return;
        }

        Runner.SayListening(port, server, isToStandardIO);
        certificate.Say(isToStandardIO);
        if (isToStandardIO)
        {
            StandardIO connection = await result.Connected.ConfigureAwait(true);
            await port.StopListening().ConfigureAwait(true);
            await Runner.ServeStandardIO(connection, group, options, result).ConfigureAwait(true);
        }
    }
}
