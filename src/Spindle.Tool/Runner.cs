using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Logging;
using Spindle.Loops;

namespace Spindle.Tool;

/// <summary>Runs a command: bad arguments end it with 2, what the system refuses with 1, each with one line; a signal ends it by that signal.</summary>
internal static class Runner
{
    public const int Success = 0;
    private const int Refused = 1;
    private const int BadArguments = 2;

    public static int Invoke(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args);
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
        using ILoggerFactory logging = LoggerFactory.Create(builder => builder
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .SetMinimumLevel(options.LogLevel));
        using ReactorGroup group = new(options.Loops, new EventLoopOptions { Selector = options.Selector, LoggerFactory = logging })
        {
            SignalGrace = options.Grace,
        };
        group.Run(() => start(group));
        logging.Dispose(); // It writes what it has.
        group.DieOfExitSignal();
        return Success;
    }

    /// <summary>Says where something listens, at once and on one line.</summary>
    public static void SayListening(IListeningPort port)
    {
        Console.Out.WriteLine($"listening tcp:{port.GetHost()}");
        Console.Out.Flush();
    }

    private static int Complain(string message, int exitCode)
    {
        Console.Error.WriteLine("spindle: " + message.ReplaceLineEndings(" "));
        return exitCode;
    }

    // The first error is the one to mend; the parser's own words name the argument.
    private static string Explain(ParseResult parsed)
    {
        ParseError error = parsed.Errors[0];
        string commands = string.Join(", ", parsed.RootCommandResult.Command.Subcommands.Select(command => command.Name));
        string? unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        bool hasCommand = parsed.CommandResult.Command is not RootCommand;
        return (hasCommand, unknown) switch
        {
            (false, not null) => $"there is no command \"{unknown}\"; there are {commands}.",
            (false, null) => $"a command is missing; there are {commands}.",
            (true, not null) => $"\"{unknown}\" is one argument too many; see spindle {parsed.CommandResult.Command.Name} --help.",
            _ => error.Message,
        };
    }
}
