namespace Spindle.Tool;

/// <summary>What becomes of the clients that cannot be connected: one of many is told of, and the only one is what the command was for.</summary>
internal sealed class RelayResult
{
    /// <summary>Why the last one could not be connected.</summary>
    public SpindleException? Failure { get; private set; }

    /// <summary>Whether there is one client, on standard input and output.</summary>
    public bool IsForOne { get; set; }

    public async Task RefusedAsync(SpindleException failure)
    {
        Failure = failure;
        if (!IsForOne)
        {
            await Console.Error.WriteLineAsync($"spindle: a client was sent away: {failure.Message}").ConfigureAwait(true);
        }
    }
}
