using System.Buffers;
using System.Globalization;
using Spindle.Loops;

namespace Spindle.Processes;

/// <summary>One run of a program for its result.</summary>
/// <typeparam name="T">The result.</typeparam>
/// <remarks>Thread: the reactor's.</remarks>
internal abstract class ProcessCall<T>(int maxOutput) : ProcessProtocol
{
    private readonly TaskCompletionSource<T> _result = new();
    private CancellationTokenRegistration _cancellation;
    private Exception? _failure; // Told when the process is gone.
    private CancellationToken _cancelled;
    private int _kept;

    /// <summary>What the program is given as standard input.</summary>
    protected virtual ReadOnlyMemory<byte> Input => default;

    public Task<T> Start(
        IReactorProcess reactor,
        string executable,
        IReadOnlyList<string>? args,
        ProcessEnvironment env,
        string? path,
        CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            ArgumentNullException.ThrowIfNull(reactor);
            ArgumentOutOfRangeException.ThrowIfNegative(maxOutput);
            reactor.SpawnProcess(this, executable, [executable, .. args ?? []], env, path);
            _cancellation = cancellationToken.UnsafeRegister((_, token) => CancelFromAnywhere(reactor, token), null);
            return _result.Task;
        }
        catch (Exception failure)
        {
            return Task.FromException<T>(failure);
        }
    }

    public override void ConnectionMade()
    {
        if (!Input.IsEmpty)
        {
            Transport.Write(Input.Span);
        }

        Transport.CloseStdin();
    }

    public override void ProcessEnded(Exception reason)
    {
        _cancellation.Unregister();
        if (_cancelled.IsCancellationRequested)
        {
            LoopTasks.Cancel(_result, _cancelled);
        }
        else if (_failure is not null || reason is not (ProcessDoneException or ProcessTerminatedException))
        {
            LoopTasks.Fail(_result, _failure ?? reason);
        }
        else
        {
            Ended(reason, (reason as ProcessTerminatedException)?.ExitCode ?? (reason is ProcessDoneException ? 0 : null));
        }
    }

    /// <summary>The process has ended by itself.</summary>
    protected abstract void Ended(Exception reason, int? exitCode);

    protected void Succeed(T result) => LoopTasks.Complete(_result, result);

    protected void Fail(Exception failure) => LoopTasks.Fail(_result, failure);

    /// <summary>Keeps some output, unless it is too much by now.</summary>
    protected void Keep(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> data)
    {
        if (_failure is not null)
        {
            return;
        }

        _kept += data.Length;
        if (_kept > maxOutput || _kept < 0)
        {
            Kill(new SpindleException(string.Create(CultureInfo.InvariantCulture, $"The process was killed, for it has written more than {maxOutput} bytes.")));
            return;
        }

        output.Write(data);
    }

    private void Kill(Exception failure)
    {
        _failure ??= failure;
        try
        {
            Transport.SignalProcess("KILL");
        }
        catch (SpindleException)
        {
            // It is gone already.
        }

        Transport.LoseConnection(); // Others may hold its pipes.
    }

    private void CancelFromAnywhere(IReactorProcess reactor, CancellationToken token)
    {
        if (reactor is IReactorFromThreads threads)
        {
            try
            {
                threads.CallFromThread(() => Cancel(token));
            }
            catch (ObjectDisposedException)
            {
                // The reactor is gone, and the process with it told.
            }
        }
        else
        {
            Cancel(token);
        }
    }

    private void Cancel(CancellationToken token)
    {
        if (!_result.Task.IsCompleted)
        {
            _cancelled = token;
            Kill(new OperationCanceledException(token));
        }
    }
}
