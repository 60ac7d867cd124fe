using Spindle.Selectors;
using Spindle.Tests.Reactors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What threads and a reactor do to each other on every selector.</summary>
public abstract partial class ThreadsContract : ReactorTest
{
    private protected abstract override SelectorKind Kind { get; }

    /// <summary>Runs a test's body on a reactor that runs.</summary>
    private void Run(Func<ReactorRig, Task> test) => ReactorRig.Run(Kind, test);
}
