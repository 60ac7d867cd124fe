using Spindle.Selectors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What child processes do on every selector. The ledger of descriptors and children is looked at after each test.</summary>
public abstract partial class ProcessContract
{
    private const string Shell = "/bin/sh";
    private const int SIGKILL = 9;
    private const int SIGTERM = 15;

    private static readonly Dictionary<string, string> Path = new() { ["PATH"] = "/usr/bin:/bin", ["LANG"] = "C" };

    private protected abstract SelectorKind Kind { get; }

    private void Run(Func<ReactorRig, Task> test) => ReactorRig.Run(Kind, test);

    private static IProcessTransport Start(
        ReactorRig rig,
        RecordingProcess protocol,
        string script,
        Dictionary<int, ChildDescriptor>? childFDs = null,
        bool usePty = false,
        ProcessOptions? options = null) =>
        rig.Reactor.SpawnProcess(protocol, Shell, ["sh", "-c", script], Path, childFDs: childFDs, usePty: usePty, options: options);

    /// <summary>Runs a script to its end.</summary>
    private static async Task<RecordingProcess> RunScript(ReactorRig rig, string script, Dictionary<int, ChildDescriptor>? childFDs = null)
    {
        RecordingProcess protocol = new();
        Start(rig, protocol, script, childFDs);
        await rig.Until(() => protocol.IsEnded);
        return protocol;
    }

    private static async Task Kill(ReactorRig rig, RecordingProcess protocol)
    {
        protocol.Transport.SignalProcess(SIGKILL);
        protocol.Transport.LoseConnection();
        await rig.Until(() => protocol.IsEnded);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
