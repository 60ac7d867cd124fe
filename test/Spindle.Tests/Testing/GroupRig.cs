using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Selectors;
using Spindle.Tests.Support;

namespace Spindle.Tests.Testing;

/// <summary>A group of reactors on a kernel of its own; the test's body runs outside of it.</summary>
/// <remarks>Afterwards the group must have ended, no descriptor may be open, and no error may be logged but those that the test has taken.</remarks>
internal sealed class GroupRig
{
    private GroupRig(SelectorKind kind, int count)
    {
        Kernel = new FaultKernel(new LinuxKernel());
        EventLoopOptions options = new() { Selector = kind, LoggerFactory = Log, Debug = false };
        Group = new ReactorGroup(count, options, new KernelDouble(Kernel) { Signals = Signals });
    }

    public FaultKernel Kernel { get; }

    public RecordingLoggers Log { get; } = new();

    public ScriptedSignals Signals { get; } = new();

    public ReactorGroup Group { get; }

    /// <summary>Runs a test's body on a group that is not started, and stops it afterwards.</summary>
    public static async Task Run(SelectorKind kind, int count, Func<GroupRig, Task> test)
    {
        GroupRig rig = new(kind, count);
        try
        {
            await test(rig);
        }
        finally
        {
            await rig.End();
        }

        Assert.Empty(rig.Kernel.Ledger.Describe());
        Assert.Empty(rig.TakeErrors());
    }

    /// <summary>Waits for something with the patience of a test.</summary>
    public static async Task Until(Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        try
        {
            await task.WaitAsync(OffThread.Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"This was not done in time: {what}");
        }
    }

    /// <inheritdoc cref="Until(Task, string)"/>
    public static async Task<T> Until<T>(Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await Until((Task)task, what);
        return await task;
    }

    public async Task<IPEndPoint> Listen(Func<AsyncSelectorReactor, IFactory> factory, bool reusePort = false)
    {
        ReactorGroupPort port = await Until(Group.ListenTcpAsync(0, factory, host: "127.0.0.1", options: new TcpListenOptions { ReusePort = reusePort }));
        return (IPEndPoint)port.Address;
    }

    /// <summary>Makes a call on a reactor's thread and waits for it.</summary>
    public async Task Do(int index, Action<AsyncSelectorReactor> call)
    {
        AsyncSelectorReactor reactor = Group.Reactors[index];
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        reactor.CallFromThread(() =>
        {
            try
            {
                call(reactor);
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        await Until(done.Task);
    }

    /// <summary>Takes the exceptions that were logged since the last time.</summary>
    public IReadOnlyList<LogRecord> TakeErrors() => [.. Log.Take().Where(record => record.Level >= LogLevel.Warning)];

    private async Task End()
    {
        try
        {
            await Until(Group.StopAsync(TimeSpan.Zero));
        }
        catch (Exception failure) when (failure is ReactorNotRunningException || Group.Stopped.IsFaulted)
        {
            // Never started, or it ended by what the test has provoked.
        }

        Group.Dispose();
    }
}
