using Spindle.Reactors;

namespace Spindle.Endpoints;

/// <summary>What a reactor must offer for an endpoint.</summary>
internal static class ReactorAbilities
{
    public static T Require<T>(object reactor)
        where T : class =>
        reactor as T ?? throw new ArgumentException($"The endpoint needs a reactor that is an {typeof(T).Name}; {reactor.GetType().Name} is none.", nameof(reactor));

    /// <summary>The context of a reactor's loop, which need not run yet; of whoever asks, if the reactor has no loop.</summary>
    public static SynchronizationContext? HomeOf(object reactor) =>
        reactor is ReactorBase { EventLoop.SynchronizationContext: var home } ? home : SynchronizationContext.Current;
}
