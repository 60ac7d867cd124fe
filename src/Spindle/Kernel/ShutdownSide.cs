namespace Spindle.Kernel;

/// <summary>The second argument of shutdown(2).</summary>
internal enum ShutdownSide
{
    Read = 0,
    Write = 1,
    Both = 2,
}
