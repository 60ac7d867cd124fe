namespace Spindle.Loops;

/// <summary>Something that went wrong in an event loop and has nobody to be thrown at.</summary>
/// <param name="Message">What happened, without a full stop.</param>
/// <param name="Exception">The exception, if there is one.</param>
/// <remarks>
/// <para>Thread: any; it never changes.</para>
/// <para>Source: the context dictionary of asyncio's exception handlers.</para>
/// </remarks>
public sealed record LoopError(string Message, Exception? Exception)
{
    /// <summary>The callback that failed, if it was one.</summary>
    public Handle? Handle { get; init; }

    /// <summary>Where the failed work was started: a method and line, or in debug mode a stack; null if unknown.</summary>
    public string? Origin { get; init; }

    /// <summary>Anything else worth knowing, by name.</summary>
    public IReadOnlyDictionary<string, object?>? Details { get; init; }

    /// <summary>The message followed by all else that is known, in the order of its names (LOOP-31); the exception is not in it.</summary>
    public string Describe()
    {
        SortedDictionary<string, object?> known = new(StringComparer.Ordinal);
        foreach ((string name, object? value) in Details ?? new Dictionary<string, object?>())
        {
            known[name] = value;
        }

        if (Handle is not null)
        {
            known["handle"] = Handle.Name;
        }

        if (Origin is not null)
        {
            known["origin"] = Origin;
        }

        return string.Join(Environment.NewLine, known.Select(entry => $"{entry.Key}: {entry.Value}").Prepend(Message));
    }
}
