using System.Net;
using Spindle.Loops;

namespace Spindle.Endpoints;

/// <summary>The outcome of an endpoint's attempt as a task, with its cancellation (EP-1, EP-3).</summary>
/// <remarks>Thread: the reactor's; the token may be cancelled on any.</remarks>
internal sealed class ConnectTask : IConnectResult
{
    private readonly TaskCompletionSource<IProtocol> _result = new();
    private CancellationTokenRegistration _cancellation;

    public Task<IProtocol> Result => _result.Task;

    public bool IsOver => _result.Task.IsCompleted;

    /// <summary>Starts an attempt whose every failure comes through the task.</summary>
    /// <param name="reactor">The reactor to connect on: a cancellation is brought to its loop.</param>
    /// <param name="factory">What the caller gave.</param>
    /// <param name="start">Starts it. The result is where it goes, for the exception, and what stops it.</param>
    /// <param name="cancellationToken">What the caller gave.</param>
    public static Task<IProtocol> Start(
        object reactor,
        IFactory factory,
        Func<ConnectTask, (EndPoint Destination, Action Stop)> start,
        CancellationToken cancellationToken)
    {
        try
        {
            ArgumentNullException.ThrowIfNull(factory);
            ConnectTask task = new();
            (EndPoint destination, Action stop) = start(task);
            if (!task.IsOver)
            {
                task._cancellation = HomeCancellation.Register(() => task.Cancel(destination, stop), ReactorAbilities.HomeOf(reactor), cancellationToken);
            }

            return task.Result;
        }
        catch (Exception failure)
        {
            return Task.FromException<IProtocol>(failure);
        }
    }

    public void Succeeded(IProtocol protocol)
    {
        _cancellation.Dispose();
        LoopTasks.Complete(_result, protocol);
    }

    public void Failed(Exception reason)
    {
        _cancellation.Dispose();
        LoopTasks.Fail(_result, reason);
    }

    private void Cancel(EndPoint destination, Action stop)
    {
        if (!IsOver)
        {
            Failed(new ConnectingCancelledException(destination));
            stop();
        }
    }
}
