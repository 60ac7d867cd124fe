using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What TCP does on every selector.</summary>
public abstract partial class TcpContract
{
    /// <summary>Nobody else in the process listens here, so that a port's number can be asked for by name.</summary>
    private const string OwnAddress = "127.0.0.77";

    private protected abstract SelectorKind Kind { get; }

    private void Run(Func<ReactorRig, Task> test) => ReactorRig.Run(Kind, test);

    private static bool GetFlag(ReactorRig rig, int fd, int level, int option)
    {
        Assert.Equal(0, rig.Kernel.Sockets.GetOption(fd, level, option, out int value));
        return value != 0;
    }

    private static List<string> TextsOf(IEnumerable<LogRecord> records) => [.. records.Select(record => record.Text)];

    /// <summary>The system calls about one descriptor, by name, from the end.</summary>
    private static Operation[] LastCalls(ReactorRig rig, int fd, int count) =>
        [.. rig.Plan.Calls.Where(call => call.Fd == fd).Select(call => call.Operation).TakeLast(count)];

    private static T AssertReason<T>(RecordingProtocol protocol)
        where T : Exception
    {
        Assert.Equal(1, protocol.LostCount);
        return Assert.IsType<T>(protocol.Reason);
    }

    private static void AssertErrno(int errno, Exception? failure) => Assert.Equal(errno, Assert.IsAssignableFrom<SpindleException>(failure).Errno);

    private static int NoSuchThing => Errno.EIO; // An error that no call has a rule for.
}
