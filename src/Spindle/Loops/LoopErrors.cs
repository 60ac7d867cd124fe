using Microsoft.Extensions.Logging;

namespace Spindle.Loops;

/// <summary>Brings the errors of a loop to whoever is to hear of them (LOOP-29 to LOOP-31). Nothing that happens there gets out.</summary>
internal sealed class LoopErrors(SelectorEventLoop loop, ILogger logger)
{
    /// <summary>The user's handler; null for the default, which logs.</summary>
    public Action<IEventLoop, LoopError>? Handler { get; set; }

    public void Report(LoopError error)
    {
        try
        {
            if (Handler is null)
            {
                LoopLog.Error(logger, error.Describe(), error.Exception);
                return;
            }

            try
            {
                Handler(loop, error);
            }
            catch (Exception failure)
            {
                LoopLog.HandlerFailed(logger, error.Describe(), new AggregateException(failure, error.Exception ?? failure));
            }
        }
        catch (Exception)
        {
            // The error cannot even be described: there is nobody left to tell, and the loop goes on.
        }
    }

    public static string NameOf(Delegate? callback) =>
        callback is null ? "(cancelled)" : $"{callback.Method.DeclaringType?.FullName}.{callback.Method.Name}";
}
