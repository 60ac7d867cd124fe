namespace Spindle.Loops;

/// <summary>Asynchronous work that nobody awaits: its failure is reported with where it was started (design I10 (f)).</summary>
internal sealed class SpawnedWork(SelectorEventLoop loop, Func<Task> work, string origin)
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();

    public async Task Run()
    {
        try
        {
            if (_context is not null)
            {
                ExecutionContext.Restore(_context);
            }

            // Back to the loop, where the exception handler belongs; what ends on the loop goes on inline.
            await work().ConfigureAwait(true);
        }
        catch (Exception exception)
        {
            loop.CallExceptionHandler(new LoopError("Spawned work failed", exception) { Origin = origin });
        }
    }
}
