using System.CommandLine;
using Spindle.Endpoints;

namespace Spindle.Tool;

/// <summary><c>spindle relay LISTEN CONNECT</c></summary>
internal static class RelayCommand
{
    public static Command Create()
    {
        Argument<string> listen = new("listen")
        {
            Description = "Where to listen: tcp:PORT[:INTERFACE] or tcp6:PORT; port 0 takes a free one, which is printed; haproxy: in front takes HAProxy's PROXY protocol.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Argument<string> connect = new("connect")
        {
            Description = "What to connect each client to: tcp:HOST:PORT, exec:PROGRAM[:ARGUMENT...], pty:PROGRAM[:ARGUMENT...].",
            Arity = ArgumentArity.ZeroOrOne,
        };
        listen.Validators.Add(Runner.RefuseOptions);
        connect.Validators.Add(Runner.RefuseOptions);
        Command command = new("relay", "Connects each client to another endpoint and carries bytes both ways, as in \"spindle relay tcp:8080 tcp:127.0.0.1:80\".") { listen, connect };
        CommonOptions.AddTo(command);
        command.SetAction(parsed => Run(CommonOptions.From(parsed), parsed.GetValue(listen), parsed.GetValue(connect)));
        return command;
    }

    private static int Run(CommonOptions options, string? listen, string? connect)
    {
        if (listen is null || connect is null)
        {
            throw new ArgumentException("an endpoint is missing; say where to listen and where to connect, as in \"spindle relay tcp:8080 tcp:127.0.0.1:80\".");
        }

        return Runner.Serve(options, async group =>
        {
            IStreamServerEndpoint server = EndpointStrings.ParseServer(group.Reactors[0], listen);
            _ = EndpointStrings.ParseClient(group.Reactors[0], connect); // A mistake is told before anybody listens.
            IFactory factory = group.Spread(reactor =>
            {
                IStreamClientEndpoint client = EndpointStrings.ParseClient(reactor, connect);
                return Factory.For(_ => new RelayFront(reactor, client));
            });
            Runner.SayListening(await server.ListenAsync(factory).ConfigureAwait(true));
        });
    }
}
