using System.CommandLine;
using Spindle.Endpoints;

namespace Spindle.Tool;

/// <summary><c>spindle echo ENDPOINT...</c></summary>
internal static class EchoCommand
{
    public static Command Create()
    {
        Argument<string[]> endpoints = new("endpoint")
        {
            Description = "Where to listen: tcp:PORT[:INTERFACE], tcp6:PORT, ssl:PORT:privateKey=FILE:certKey=FILE, unix:PATH, systemd:domain=INET:index=0, udp:PORT[:INTERFACE] or unixgram:PATH; port 0 takes a free one, which is printed; stdio: is this command's own input and output; haproxy: in front takes HAProxy's PROXY protocol.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        endpoints.Validators.Add(Runner.RefuseOptions);
        Command command = new("echo", "Sends back whatever comes, on each endpoint, as in \"spindle echo tcp:7000\".") { endpoints };
        CommonOptions.AddTo(command);
        ServerCertificate.AddTo(command);
        command.SetAction(parsed => Run(CommonOptions.From(parsed), ServerCertificate.From(parsed), parsed.GetValue(endpoints) ?? []));
        return command;
    }

    private static int Run(CommonOptions options, ServerCertificate certificate, string[] endpoints)
    {
        if (endpoints.Length == 0)
        {
            throw new ArgumentException("an endpoint is missing; say where to listen, as in \"spindle echo tcp:7000\".");
        }

        return Runner.Serve(options, async group =>
        {
            // All are read before the first one listens: a mistake in the last must not leave the others behind.
            Func<Task<StandardIOPort?>>[] servers = [.. endpoints.Select(endpoint => Prepare(group, certificate, endpoint))];
            certificate.EnsureUsed();
            StandardIOPort? stdio = null;
            foreach (Func<Task<StandardIOPort?>> listen in servers)
            {
                stdio = await listen().ConfigureAwait(true) ?? stdio;
            }

            certificate.Say();
            if (stdio is not null && servers.Length == 1)
            {
                await Runner.ServeStandardIO(stdio.Connection, group, options).ConfigureAwait(true);
            }
        });
    }

    private static Func<Task<StandardIOPort?>> Prepare(ReactorGroup group, ServerCertificate certificate, string endpoint)
    {
        if (EndpointStrings.IsDatagram(endpoint))
        {
            DatagramServer datagrams = new(group, endpoint);
            return async () =>
            {
                await datagrams.ListenAsync(_ => new EchoDatagrams()).ConfigureAwait(true);
                return null;
            };
        }

        IStreamServerEndpoint server = EndpointStrings.ParseServer(group.Reactors[0], endpoint, certificate.Make);
        return async () =>
        {
            IListeningPort port = await server.ListenAsync(group.Spread(_ => Factory.For<EchoProtocol>())).ConfigureAwait(true);
            if (port is StandardIOPort stdio)
            {
                return stdio;
            }

            Runner.SayListening(port, server);
            return null;
        };
    }
}
