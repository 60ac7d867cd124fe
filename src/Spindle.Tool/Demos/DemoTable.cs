using System.Globalization;
using Spectre.Console;

namespace Spindle.Tool.Demos;

/// <summary>Shows what worked: in colours on a terminal, in plain columns elsewhere.</summary>
internal static class DemoTable
{
    private const int WideEnough = 1_000; // A file has no width at which lines would have to be broken.

    public static void Write(IEnumerable<DemoOutcome> outcomes)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        Table table = new();
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = WideEnough;
            table.Border(TableBorder.None);
        }
        else
        {
            table.Border(TableBorder.Rounded);
        }

        table.AddColumn("transport").AddColumn("exchanged").AddColumn("result").AddColumn(new TableColumn("ms").RightAligned());
        foreach (DemoOutcome outcome in outcomes)
        {
            string colour = outcome.Result switch
            {
                DemoResult.Worked => "green",
                DemoResult.NotHere => "yellow",
                _ => "red",
            };
            table.AddRow(
                Markup.Escape(outcome.Name),
                Markup.Escape(outcome.Exchanged),
                $"[{colour}]{Describe(outcome.Result)}[/]",
                outcome.Milliseconds.ToString("F1", CultureInfo.InvariantCulture));
        }

        console.Write(table);
    }

    private static string Describe(DemoResult result) => result switch
    {
        DemoResult.Worked => "worked",
        DemoResult.NotHere => "not here",
        _ => "FAILED",
    };
}
