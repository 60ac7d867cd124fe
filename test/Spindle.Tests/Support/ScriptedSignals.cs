using Spindle.Kernel;

namespace Spindle.Tests.Support;

/// <summary>Signals that a test delivers by hand.</summary>
internal sealed class ScriptedSignals : ISignals
{
    private readonly List<Subscription> _subscriptions = [];

    /// <summary>Whether nothing can be caught from now on.</summary>
    public bool IsRefusing { get; set; }

    /// <summary>What is subscribed to, in order; a signal with two subscribers is in it twice.</summary>
    public IEnumerable<int> Subscribed => _subscriptions.Select(each => each.Signal).Order();

    public IDisposable? Subscribe(int signal, Action handler)
    {
        if (IsRefusing)
        {
            return null;
        }

        Subscription subscription = new(this, signal, handler);
        _subscriptions.Add(subscription);
        return subscription;
    }

    public Action HandlerOf(int signal) => _subscriptions.Single(each => each.Signal == signal).Handler;

    public void Deliver(int signal)
    {
        foreach (Subscription subscription in _subscriptions.Where(each => each.Signal == signal).ToArray())
        {
            subscription.Handler();
        }
    }

    /// <summary>What the process ignores.</summary>
    public HashSet<int> Ignored { get; } = [];

    public bool IsIgnored(int signal) => Ignored.Contains(signal);

    public void StopIgnoring(int signal) => Ignored.Remove(signal);

    /// <summary>Called instead of the process's stop.</summary>
    public Action OnStop { get; set; } = () => Assert.Fail("Nothing here is to stop the process.");

    public void StopProcess() => OnStop();

    /// <summary>Called instead of the process's end.</summary>
    public Action<int> OnDieOf { get; set; } = _ => Assert.Fail("Nothing here is to end the process.");

    public void DieOf(int signal) => OnDieOf(signal);

    private sealed class Subscription(ScriptedSignals owner, int signal, Action handler) : IDisposable
    {
        public int Signal => signal;

        public Action Handler => handler;

        public void Dispose() => owner._subscriptions.Remove(this);
    }
}
