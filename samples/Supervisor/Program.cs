// Keeps programs running until a signal stops it: each argument is a command for the shell. Try it with two, one of which
// ends: dotnet run --project samples/Supervisor "sleep 1000" "echo hello; sleep 2"
using System.Globalization;
using Spindle;
using Spindle.Processes;

using AsyncSelectorReactor reactor = new();
ProcessSupervisor supervisor = new(reactor, reactor, new Notes()) { MaxRestartDelay = TimeSpan.FromMinutes(1) };
for (int i = 0; i < args.Length; i++)
{
    supervisor.AddProcess(i.ToString(CultureInfo.InvariantCulture), ["/bin/sh", "-c", args[i]], ProcessEnvironment.Inherit);
}

reactor.CallWhenRunning(supervisor.Start);
reactor.CallWhenRunning(() => Console.WriteLine($"{args.Length} programs are kept running"));

// Before the reactor closes anything: the programs get SIGTERM, and after five seconds SIGKILL.
reactor.AddSystemEventTrigger(SystemEventPhase.Before, "shutdown", supervisor.StopAsync);
reactor.Run();
reactor.DieOfExitSignal();
