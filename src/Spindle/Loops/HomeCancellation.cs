namespace Spindle.Loops;

/// <summary>Brings a cancellation home: a token may be cancelled on any thread, what it ends belongs to the loop's.</summary>
internal static class HomeCancellation
{
    /// <summary>Has an action run in the context of whoever asks, at once if the token is cancelled there.</summary>
    public static CancellationTokenRegistration Register(Action cancel, CancellationToken token) => Register(cancel, SynchronizationContext.Current, token);

    /// <summary>Has an action run in a context, at once if the token is cancelled there or is cancelled already.</summary>
    /// <param name="cancel">What ends something.</param>
    /// <param name="home">The context of the loop that it belongs to; null: it belongs to no loop.</param>
    /// <param name="token">The token.</param>
    public static CancellationTokenRegistration Register(Action cancel, SynchronizationContext? home, CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            cancel(); // Who asks may do this: before the reactor runs, on any thread.
            return default;
        }

        return !token.CanBeCanceled
            ? default
            : token.UnsafeRegister(
                _ =>
                {
                    if (home is null || SynchronizationContext.Current == home)
                    {
                        cancel();
                    }
                    else
                    {
                        home.Post(static action => ((Action)action!)(), cancel);
                    }
                },
                null);
    }
}
