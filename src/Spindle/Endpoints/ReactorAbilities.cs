namespace Spindle.Endpoints;

/// <summary>What a reactor must offer for an endpoint.</summary>
internal static class ReactorAbilities
{
    public static T Require<T>(object reactor)
        where T : class =>
        reactor as T ?? throw new ArgumentException($"The endpoint needs a reactor that is an {typeof(T).Name}; {reactor.GetType().Name} is none.", nameof(reactor));
}
