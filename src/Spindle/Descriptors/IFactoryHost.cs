using Spindle.Kernel;
using Spindle.Loops;

namespace Spindle.Descriptors;

/// <summary>What a factory, and what is no descriptor, may need of the reactor that it is used on.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal interface IFactoryHost
{
    IRandomness Randomness { get; }

    DelayedCall CallLater(TimeSpan delay, Action call);

    void LogInformation(string message);

    void LogError(ILoggingContext owner, string what, Exception exception);
}
