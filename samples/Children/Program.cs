using Spindle;
using Spindle.Processes;

// Runs sort for its result, then a shell on a terminal.
return React.Run(async reactor =>
{
    ProcessResult result = await reactor.GetProcessOutputAndValue("sort", env: null, stdinBytes: "b\na\n"u8.ToArray());
    Console.Write(result.OutputText);

    Shell shell = new("echo this is $(tty); exit 3\n");
    reactor.SpawnProcess(shell, "/bin/sh", ["sh"], env: null, usePty: true);
    Console.WriteLine($"the shell's exit code is {await shell.ExitCode}");
});
