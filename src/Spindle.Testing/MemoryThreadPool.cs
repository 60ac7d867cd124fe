namespace Spindle.Testing;

/// <summary>A pool without threads: what is to be called in one waits until the test has it called, or is called at once.</summary>
/// <remarks>
/// <para>What a call throws of which nobody else hears comes out of <see cref="RunNext"/>, where a pool would log it.</para>
/// <para>Thread: one; it has none of its own.</para>
/// </remarks>
public sealed class MemoryThreadPool : IReactorThreadPool
{
    private readonly Queue<Action> _waiting = new();

    internal MemoryThreadPool()
    {
    }

    /// <summary>Whether a call is made at once, within the call that asks for it. Default false.</summary>
    public bool RunsAtOnce { get; set; }

    /// <summary>How many calls wait.</summary>
    public int QueueSize => _waiting.Count;

    /// <inheritdoc/>
    public int Min { get; private set; }

    /// <inheritdoc/>
    public int Max { get; private set; } = 10;

    /// <inheritdoc/>
    public bool CallInThread(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Add(call);
        return true;
    }

    /// <inheritdoc/>
    public bool CallInThreadWithCallback<T>(Action<T?, Exception?>? onResult, Func<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Add(() => Make(call, onResult));
        return true;
    }

    /// <inheritdoc/>
    public void AdjustPoolSize(int min, int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(min, max);
        (Min, Max) = (min, max);
    }

    /// <summary>Makes the call that has waited longest. What it brings to the reactor comes there with the next <see cref="MemoryReactor.Advance"/>.</summary>
    /// <returns>False if none waits.</returns>
    public bool RunNext()
    {
        if (!_waiting.TryDequeue(out Action? call))
        {
            return false;
        }

        call();
        return true;
    }

    /// <summary>Makes all calls, those included that come in meanwhile.</summary>
    public void RunAll()
    {
        while (RunNext())
        {
        }
    }

    private static void Make<T>(Func<T> call, Action<T?, Exception?>? onResult)
    {
        T result;
        try
        {
            result = call();
        }
        catch (Exception failure) when (onResult is not null)
        {
            onResult(default, failure);
            return;
        }

        onResult?.Invoke(result, null);
    }

    private void Add(Action call)
    {
        if (RunsAtOnce)
        {
            call();
        }
        else
        {
            _waiting.Enqueue(call);
        }
    }
}
