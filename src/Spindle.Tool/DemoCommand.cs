using System.CommandLine;
using Spindle.Loops;
using Spindle.Tool.Demos;

namespace Spindle.Tool;

/// <summary><c>spindle demo</c></summary>
internal static class DemoCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        Command command = new("demo", "Makes one small exchange over every transport, all within this process, and shows what worked.");
        CommonOptions.AddLoopOptionsTo(command);
        command.SetAction(parsed => Run(CommonOptions.From(parsed)));
        return command;
    }

    private static int Run(CommonOptions options)
    {
        using LazyLoggers logging = new(options.LogLevel);
        EventLoopOptions loopOptions = new() { Selector = options.Selector, LoggerFactory = logging };
        using AsyncSelectorReactor reactor = new(loopOptions);
        List<DemoOutcome> outcomes = [];
        int code = React.Run(_ => RunAllAsync(outcomes, reactor, loopOptions), reactor);
        if (code == Runner.Success)
        {
            Runner.Say(() => DemoTable.Write(outcomes));
        }

        return code == Runner.Success && outcomes.TrueForAll(outcome => outcome.Result != DemoResult.Failed) ? Runner.Success : Runner.Refused;
    }

    private static async Task RunAllAsync(List<DemoOutcome> outcomes, AsyncSelectorReactor reactor, EventLoopOptions loopOptions)
    {
        foreach (IDemo demo in DemoList.All)
        {
            outcomes.Add(await RunAsync(demo, reactor, loopOptions).ConfigureAwait(true));
        }
    }

    private static async Task<DemoOutcome> RunAsync(IDemo demo, AsyncSelectorReactor reactor, EventLoopOptions loopOptions)
    {
        TimeSpan start = reactor.Seconds();
        (string what, DemoResult result) = await TryAsync(demo, reactor, loopOptions).ConfigureAwait(true);
        return new DemoOutcome(demo.Name, what, result, (reactor.Seconds() - start).TotalMilliseconds);
    }

    private static async Task<(string What, DemoResult Result)> TryAsync(IDemo demo, AsyncSelectorReactor reactor, EventLoopOptions loopOptions)
    {
        using CancellationTokenSource patience = new(Patience, reactor.EventLoop.TimeProvider);
        try
        {
            return (await demo.RunAsync(new DemoContext(reactor, loopOptions, patience.Token)).ConfigureAwait(true), DemoResult.Worked);
        }
        catch (NotHereException lack)
        {
            return (lack.Message, DemoResult.NotHere);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return ($"nothing within {Patience.TotalSeconds} s", DemoResult.Failed);
        }
        catch (Exception failure)
        {
            return (failure.Message.ReplaceLineEndings(" "), DemoResult.Failed);
        }
    }
}
