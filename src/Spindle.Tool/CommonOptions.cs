using System.CommandLine;
using Microsoft.Extensions.Logging;
using Spindle.Selectors;

namespace Spindle.Tool;

/// <summary>The options that every command that serves has.</summary>
internal sealed record CommonOptions(SelectorKind? Selector, int Loops, TimeSpan Grace, LogLevel LogLevel)
{
    private static readonly Option<SelectorKind?> SelectorOption = new("--selector")
    {
        Description = "How to wait: epoll, poll or select. Default: SPINDLE_SELECTOR, else the best that works.",
        HelpName = "epoll|poll|select",
        CustomParser = result => Parse<SelectorKind>(result.Tokens[0].Value, "epoll, poll or select", result.AddError),
    };

    private static readonly Option<int?> LoopsOption = new("--loops")
    {
        Description = "How many event loops share the connections, each on a thread of its own. Default: 1.",
        HelpName = "number",
        CustomParser = result => ParseLoops(result.Tokens[0].Value, result.AddError),
    };

    private static readonly Option<double> GraceOption = new("--grace")
    {
        Description = "Seconds that connections have to finish after SIGINT or SIGTERM.",
        HelpName = "seconds",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<LogLevel?> LogLevelOption = new("--log-level")
    {
        Description = "What to log on standard error: Trace, Debug, Information, Warning, Error, Critical or None.",
        HelpName = "level",
        CustomParser = result => Parse<LogLevel>(result.Tokens[0].Value, "Trace, Debug, Information, Warning, Error, Critical or None", result.AddError),
    };

    /// <summary>Adds what a command has that serves.</summary>
    public static void AddTo(Command command)
    {
        AddLoopOptionsTo(command);
        command.Options.Add(LoopsOption);
        GraceOption.Validators.Clear();
        GraceOption.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(double.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0 and <= 86_400))
            {
                result.AddError($"--grace is \"{result.Tokens[0].Value}\"; it must be a number of seconds from 0 to 86400.");
            }
        });
        command.Options.Add(GraceOption);
    }

    /// <summary>Adds what every command has that runs a loop.</summary>
    public static void AddLoopOptionsTo(Command command)
    {
        command.Options.Add(SelectorOption);
        command.Options.Add(LogLevelOption);
    }

    public static CommonOptions From(ParseResult parsed) => new(
        parsed.GetValue(SelectorOption),
        parsed.GetValue(LoopsOption) ?? 1,
        TimeSpan.FromSeconds(parsed.GetValue(GraceOption)),
        parsed.GetValue(LogLevelOption) ?? LogLevel.Warning);

    private static int? ParseLoops(string text, Action<string> complain)
    {
        if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int count)
            && count is >= 1 and <= ReactorGroup.MaxCount)
        {
            return count;
        }

        complain($"--loops is \"{text}\"; it must be a number from 1 to {ReactorGroup.MaxCount}.");
        return null;
    }

    private static T? Parse<T>(string text, string known, Action<string> complain)
        where T : struct, Enum
    {
        if (Enum.TryParse(text, ignoreCase: true, out T value) && char.IsLetter(text[0]))
        {
            return value;
        }

        complain($"\"{text}\" is not known; it must be {known}.");
        return null;
    }
}
