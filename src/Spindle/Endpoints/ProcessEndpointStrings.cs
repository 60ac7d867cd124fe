using System.Globalization;

namespace Spindle.Endpoints;

/// <summary>
/// Clients: <c>exec:program[:argument...][:path=directory][:stderr=log|drop]</c>,
/// <c>pty:program[:argument...][:path=directory][:size=80x24]</c>, columns and rows. The program has this process's environment.
/// </summary>
internal static class ProcessEndpointStrings
{
    // A terminal without a size has zero rows, which few programs take well; whoever is at the other end seldom can say.
    private static readonly TerminalSize DefaultSize = new(columns: 80, rows: 24);

    public static IStreamClientEndpoint ParseExec(IReactorCore reactor, EndpointDescription description)
    {
        string? path = description.TakeNamed("path");
        StandardErrorBehavior standardError = description.TakeNamed("stderr") switch
        {
            null or "log" => StandardErrorBehavior.Log,
            "drop" => StandardErrorBehavior.Drop,
            var other => throw description.Wrong($"stderr is \"{other}\"; it must be log or drop"),
        };
        List<string> args = TakeProgram(description, "exec:/bin/cat");
        return new ProcessEndpoint(description.Require<IReactorProcess>(reactor), args[0], args, ProcessEnvironment.Inherit, path, standardError: standardError);
    }

    public static IStreamClientEndpoint ParsePty(IReactorCore reactor, EndpointDescription description)
    {
        string? path = description.TakeNamed("path");
        string? size = description.TakeNamed("size");
        ProcessOptions options = new() { TerminalSize = size is null ? DefaultSize : ParseSize(description, size) };
        List<string> args = TakeProgram(description, "pty:/bin/sh");
        return new ProcessEndpoint(description.Require<IReactorProcess>(reactor), args[0], args, ProcessEnvironment.Inherit, path, usePty: true, options: options);
    }

    private static List<string> TakeProgram(EndpointDescription description, string example)
    {
        string program = description.TakeRequired("program", example);
        List<string> args = [program.Length > 0 ? program : throw description.Wrong($"the program is empty; write it as in \"{example}\"")];
        while (description.Take("argument") is { } argument)
        {
            args.Add(argument);
        }

        return args;
    }

    private static TerminalSize ParseSize(EndpointDescription description, string text)
    {
        string[] parts = text.Split('x');
        return parts.Length == 2
            && ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort columns)
            && ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort rows)
                ? new TerminalSize(columns, rows)
                : throw description.Wrong($"the size is \"{text}\"; it must be columns and rows, as in 80x25");
    }
}
