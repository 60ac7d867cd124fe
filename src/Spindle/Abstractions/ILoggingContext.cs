namespace Spindle;

/// <summary>Names itself in the log records that are written while it is called.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface ILoggingContext
{
    /// <summary>A short name, "Echo,5,127.0.0.1" for example.</summary>
    string LogPrefix { get; }
}
