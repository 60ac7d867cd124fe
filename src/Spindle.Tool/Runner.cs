using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Spindle.Endpoints;
using Spindle.Loops;
using Spindle.Stdio;

namespace Spindle.Tool;

/// <summary>Runs a command: bad arguments end it with 2, what the system refuses with 1, each with one line; a signal ends it by that signal.</summary>
internal static class Runner
{
    public const int Success = 0;
    public const int Refused = 1;
    private const int BadArguments = 2;
    private const int BrokenPipe = 32;
    private const int HungUp = 5; // What a terminal reads as that is gone.

    public static int Invoke(Command root, string[] args)
    {
        // No response files: an argument that begins with @ is an argument.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return Complain(Explain(parsed), BadArguments);
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception failure)
        {
            return Complain(failure.Message, failure is ArgumentException ? BadArguments : Refused);
        }
    }

    /// <summary>Runs reactors that serve until a signal stops them.</summary>
    /// <param name="options">The common options.</param>
    /// <param name="start">Starts the service on the first reactor; its failure ends the command.</param>
    public static int Serve(CommonOptions options, Func<ReactorGroup, Task> start)
    {
        using LazyLoggers logging = new(options.LogLevel);
        using ReactorGroup group = new(options.Loops, new EventLoopOptions { Selector = options.Selector, LoggerFactory = logging })
        {
            SignalGrace = options.Grace,
        };
        group.Run(() => start(group));
        logging.Dispose(); // It writes what it has.
        group.DieOfExitSignal();
        return Success;
    }

    /// <summary>Serves standard input and output to their end; that is the end of the command.</summary>
    /// <exception cref="SpindleException">The connection was not made or was cut off, or the output cannot be written. A reader that has gone away is no failure, as in <see cref="Say"/>.</exception>
    public static async Task ServeStandardIO(StandardIO connection, ReactorGroup group, CommonOptions options, RelayResult? result = null)
    {
        Exception reason = await connection.Ended.ConfigureAwait(true);
        if (result?.Failure is { } failure)
        {
            throw new SpindleException(failure.Message, failure);
        }

        if (reason is TransportAbortedException)
        {
            throw new SpindleException("the connection was cut off by the other side.");
        }

        if (connection.ReadFailure is { Errno: not 0 and not HungUp } unread)
        {
            throw new SpindleException($"standard input cannot be read: {unread.Message}", unread);
        }

        if (connection.WriteFailure is { Errno: not 0 and not BrokenPipe } unwritten)
        {
            throw new SpindleException($"standard output cannot be written to: {unwritten.Message}", unwritten);
        }

        _ = group.StopAsync(options.Grace); // This is called by one of those that it waits for.
    }

    /// <summary>Has a mistyped option called what it is, not an endpoint.</summary>
    public static void RefuseOptions(ArgumentResult result)
    {
        if (result.Tokens.FirstOrDefault(token => IsOption(token.Value)) is { } token)
        {
            result.AddError($"there is no option \"{token.Value}\". See spindle {(result.Parent as CommandResult)?.Command.Name} --help.");
        }
    }

    /// <summary>Says where something listens, at once and on one line; on standard error when standard output is for something else.</summary>
    public static void SayListening(IListeningPort port, IStreamServerEndpoint server, bool onStandardError = false) =>
        SayListening(server is SslServerEndpoint ? "ssl" : port.GetHost() is UnixAddress ? "unix" : "tcp", port.GetHost(), onStandardError);

    /// <inheritdoc cref="SayListening(IListeningPort, IStreamServerEndpoint, bool)"/>
    public static void SayListening(string type, EndPoint address, bool onStandardError = false) => Say(() =>
    {
        TextWriter writer = onStandardError ? Console.Error : Console.Out;
        writer.WriteLine($"listening {type}:{(address is UnixAddress ? EndpointStrings.QuoteArgument(address.ToString()!) : address)}");
        writer.Flush();
    });

    /// <summary>Writes to standard output.</summary>
    /// <exception cref="SpindleException">It cannot be written to. A pipe that nobody reads any more is no failure: what is written to it is dropped.</exception>
    public static void Say(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SpindleException($"standard output cannot be written to: {(failure.InnerException ?? failure).Message}", failure);
        }
    }

    private static bool IsOption(string argument) => argument.StartsWith('-');

    private static int Complain(string message, int exitCode)
    {
        Console.Error.WriteLine("spindle: " + message.ReplaceLineEndings(" "));
        return exitCode;
    }

    // The first error is the one to mend.
    private static string Explain(ParseResult parsed)
    {
        ParseError error = parsed.Errors[0];
        string commands = string.Join(", ", parsed.RootCommandResult.Command.Subcommands.Select(command => command.Name));
        string? unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        if (parsed.CommandResult == parsed.RootCommandResult)
        {
            string what = unknown is null ? "a command is missing" : $"there is no command \"{unknown}\"";
            return $"{what}; there are {commands}. See spindle --help.";
        }

        string name = parsed.CommandResult.Command.Name;
        if (unknown is not null)
        {
            return IsOption(unknown)
                ? $"there is no option \"{unknown}\" here; options come after the command. See spindle {name} --help."
                : $"\"{unknown}\" is one argument too many. See spindle {name} --help.";
        }

        return error.SymbolResult is OptionResult { Tokens.Count: 0 } option
            ? $"{option.Option.Name} needs a value: {option.Option.HelpName}."
            : error.Message;
    }
}
