using Spindle.Descriptors;
using Spindle.Kernel;

namespace Spindle.Testing;

/// <content>What factories need of the reactor that they are used on.</content>
public sealed partial class MemoryReactor : IFactoryHost
{
    IRandomness IFactoryHost.Randomness { get; } = new NoRandomness();

    void IFactoryHost.LogInformation(string message)
    {
    }

    void IFactoryHost.LogError(ILoggingContext owner, string what, Exception exception) => _failures.Add(exception);
}
