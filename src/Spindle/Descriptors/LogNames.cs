namespace Spindle.Descriptors;

/// <summary>What objects of the user are called in the log.</summary>
internal static class LogNames
{
    /// <summary>The object's prefix, or its type's name when it has none.</summary>
    /// <remarks>A prefix that cannot be had must not keep the record from being written, nor the work from being done (FD-4).</remarks>
    public static string Of(object owner)
    {
        try
        {
            return owner is ILoggingContext context ? context.LogPrefix : owner.GetType().Name;
        }
        catch (Exception exception)
        {
            return $"{owner.GetType().Name} (its LogPrefix failed: {exception.Message})";
        }
    }
}
