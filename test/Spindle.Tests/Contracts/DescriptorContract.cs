using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>How a reactor watches descriptors of any kind, on every selector.</summary>
public abstract partial class DescriptorContract
{
    private protected abstract SelectorKind Kind { get; }

    /// <summary>Runs a test on a reactor, with a pair of connected sockets. The first is watched.</summary>
    private void Run(Func<ReactorRig, int, int, Task> test) => ReactorRig.Run(Kind, async rig =>
    {
        (int first, int second) = NativeCalls.CreateSocketPair();
        rig.Kernel.Ledger.Opened(first, "test");
        rig.Kernel.Ledger.Opened(second, "test");
        try
        {
            await test(rig, first, second);
        }
        finally
        {
            RemoveAll(rig);
            _ = rig.Kernel.Files.Close(first);
            _ = rig.Kernel.Files.Close(second);
        }
    });

    private static void MakeReadable(ReactorRig rig, int other) => Assert.Equal(1, rig.Kernel.Files.Write(other, [1]));

    private static void Drain(ReactorRig rig, int fd) => Assert.InRange(rig.Kernel.Files.Read(fd, new byte[100]), 1, 100);

    private static void AssertUnwatched(ReactorRig rig, TestDescriptor descriptor)
    {
        Assert.DoesNotContain(descriptor, rig.Reactor.GetReaders());
        Assert.DoesNotContain(descriptor, rig.Reactor.GetWriters());
    }

    private static void RemoveAll(ReactorRig rig)
    {
        foreach (IReadDescriptor reader in rig.Reactor.GetReaders())
        {
            rig.Reactor.RemoveReader(reader);
        }

        foreach (IWriteDescriptor writer in rig.Reactor.GetWriters())
        {
            rig.Reactor.RemoveWriter(writer);
        }
    }
}
