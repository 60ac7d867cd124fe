namespace Spindle.Loops;

/// <content>Signals.</content>
public sealed partial class SelectorEventLoop
{
    private const int LastSignal = 64;

    private readonly Dictionary<int, SignalWatch> _signals = [];

    /// <inheritdoc/>
    public void AddSignalHandler(int signal, Action callback)
    {
        EnsureCanSchedule(nameof(CallSoonThreadSafe));
        ArgumentNullException.ThrowIfNull(callback);
        if (signal is < 1 or > LastSignal)
        {
            throw new ArgumentOutOfRangeException(nameof(signal), signal, $"A signal is a number from 1 to {LastSignal}.");
        }

        // The new one first, so that no delivery in between gets the default action.
        SignalWatch watch = new(this, callback);
        watch.Subscription = Kernel.Signals.Subscribe(signal, watch.Deliver)
            ?? throw new InvalidOperationException($"Signal {signal} cannot be caught.");
        RemoveSignalHandler(signal);
        _signals[signal] = watch;
    }

    /// <inheritdoc/>
    public bool RemoveSignalHandler(int signal)
    {
        EnsureAccess(nameof(CallSoonThreadSafe));
        if (!_signals.Remove(signal, out SignalWatch? watch))
        {
            return false;
        }

        watch.Dispose();
        return true;
    }

    /// <summary>What <see cref="AddSignalHandler"/> was given for a signal, or null.</summary>
    internal Action? SignalHandlerOf(int signal) => _signals.GetValueOrDefault(signal)?.Callback;

    private void RemoveAllSignalHandlers()
    {
        foreach (int signal in _signals.Keys.ToArray())
        {
            RemoveSignalHandler(signal);
        }
    }

    private sealed class SignalWatch(SelectorEventLoop loop, Action callback) : IDisposable
    {
        private volatile bool _isRemoved;

        public Action Callback => callback;

        public IDisposable? Subscription { get; set; }

        // On whatever thread the runtime dispatches signals.
        public void Deliver()
        {
            if (!_isRemoved)
            {
                Handle handle = new(static state => ((SignalWatch)state!).Run(), this, context: null);
                loop.TryPost(new ReadyQueue.Entry(handle, null));
            }
        }

        public void Dispose()
        {
            _isRemoved = true;
            Subscription?.Dispose();
        }

        private void Run()
        {
            if (!_isRemoved)
            {
                callback();
            }
        }
    }
}
