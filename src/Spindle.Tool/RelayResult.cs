using Spindle.Stdio;

namespace Spindle.Tool;

/// <summary>What becomes of the clients: one of many that cannot be connected is told of, and the only one is what the command was for.</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class RelayResult
{
    private readonly TaskCompletionSource<StandardIO> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isTaken;

    /// <summary>Why the last one could not be connected.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether there is one client, on one side or the other of standard input and output.</summary>
    public bool IsForOne { get; set; }

    /// <summary>The exit code of the one client's program.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Done when a client is connected to standard input and output; fails if it cannot be.</summary>
    public Task<StandardIO> Connected => _connected.Task;

    /// <summary>Whether a client may be served: one of many, or the first.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0 || !IsForOne;

    /// <summary>A client is connected to this.</summary>
    public void ConnectedTo(ITransport transport)
    {
        if (transport.FindAbility<StandardIO>() is { } connection)
        {
            _connected.TrySetResult(connection);
        }
    }

    /// <summary>A client's program has ended.</summary>
    public void Exited(int code) => ExitCode = IsForOne ? code : 0;

    public async Task RefusedAsync(Exception failure)
    {
        Failure = failure;
        _connected.TrySetException(failure);
        if (!IsForOne)
        {
            await Console.Error.WriteLineAsync($"spindle: a client was sent away: {failure.Message}").ConfigureAwait(true);
        }
    }
}
