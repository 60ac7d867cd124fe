using System.Net.Sockets;
using Spindle.Tests.Support;

namespace Spindle.Tests.Names;

/// <summary>A test of a resolver on a loop.</summary>
public abstract class ResolverTest : LoopTest
{
    /// <summary>Looks a name up and runs the loop until the answer is there.</summary>
    private protected AddressRecorder Resolve(IHostnameResolver resolver, string name, AddressFamily family = AddressFamily.Unspecified)
    {
        AddressRecorder receiver = new() { Completed = Loop.Stop };
        bool isWithin = true;
        Loop.CallSoon(() =>
        {
            resolver.ResolveHostName(receiver, name, 80, family);
            isWithin = receiver.IsComplete;
        });
        Run();
        Assert.False(isWithin, "The answer came within the call.");
        return receiver;
    }

    private protected static string FailureOf(AddressRecorder receiver)
    {
        Assert.True(receiver.IsComplete);
        Assert.Empty(receiver.Addresses);
        return Assert.IsType<DnsLookupException>(receiver.Resolution!.Failure).Message;
    }
}
