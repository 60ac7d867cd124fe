using Microsoft.Extensions.Logging;
using Spindle.Descriptors;

namespace Spindle.Reactors;

/// <summary>Whose code runs now: its prefix stands in the records (OVR-17). A field, so that setting it costs nothing.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal sealed class LoggingContext(ILogger logger)
{
    private const string Nobody = "-";

    private object? _owner;

    public string System => _owner is ILoggingContext owner ? LogNames.Of(owner) : Nobody;

    /// <summary>Makes an object the one at work.</summary>
    /// <returns>What to hand to <see cref="Leave"/>.</returns>
    public object? Enter(object owner)
    {
        object? outer = _owner;
        _owner = owner;
        return outer;
    }

    public void Leave(object? outer) => _owner = outer;

    public void LogError(string what, Exception exception) => LogError(System, what, exception);

    /// <summary>As <see cref="LogError(string, Exception)"/>, for what nobody of the reactor's does. Thread: any.</summary>
    public void LogErrorOfNobody(string what, Exception exception) => LogError(Nobody, what, exception);

    /// <summary>How work that the one at work now hands to another thread logs its failure: under the same name.</summary>
    public Action<string, Exception> ForAnotherThread()
    {
        string system = System;
        return (what, exception) => LogError(system, what, exception);
    }

    private void LogError(string system, string what, Exception exception)
    {
        try
        {
            ReactorLog.Failed(logger, system, what, exception);
        }
        catch (Exception)
        {
            // The logger itself failed: there is nobody left to tell, and the reactor goes on.
        }
    }

    public void LogInformation(string message)
    {
        try
        {
            ReactorLog.Information(logger, System, message);
        }
        catch (Exception)
        {
            // As above.
        }
    }
}
