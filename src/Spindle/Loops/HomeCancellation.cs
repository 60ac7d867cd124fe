namespace Spindle.Loops;

/// <summary>Brings a cancellation home: a token may be cancelled on any thread, what it ends belongs to the loop's.</summary>
internal static class HomeCancellation
{
    /// <summary>Has an action run in the context that is current now, at once if the token is cancelled there.</summary>
    public static CancellationTokenRegistration Register(Action cancel, CancellationToken token)
    {
        if (!token.CanBeCanceled)
        {
            return default;
        }

        SynchronizationContext? home = SynchronizationContext.Current;
        return token.UnsafeRegister(
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
