using Spindle.Processes;

namespace Spindle.Tool.Demos;

/// <summary>A program that copies what it is given, on pipes.</summary>
internal sealed class ProcessDemo : IDemo
{
    public string Name => "process";

    public async Task<string> RunAsync(DemoContext context)
    {
        byte[] sent = Exchange.Bytes(100_000);
        ProcessResult result = await context.Reactor.GetProcessOutputAndValue("/bin/cat", stdinBytes: sent, cancellationToken: context.CancellationToken).ConfigureAwait(true);
        Exchange.Check(result.ExitCode == 0, $"cat ended with {result.ExitCode}: {result.ErrorText}");
        Exchange.Check(result.Output.Span.SequenceEqual(sent), "what came back is not what was sent");
        return $"{sent.Length:N0} bytes through cat";
    }
}
