using System.Runtime.InteropServices;
using Spindle.Kernel;

namespace Spindle.Streams;

/// <summary>Descriptors that the user gives.</summary>
internal static class UserHandles
{
    /// <summary>Makes a second descriptor, close-on-exec, which is ours; the user's cannot be closed meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    /// <exception cref="SystemCallException">EBADF, EMFILE.</exception>
    public static int Duplicate(IFiles files, SafeHandle handle)
    {
        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            int duplicate = files.Duplicate((int)handle.DangerousGetHandle());
            return duplicate >= 0 ? duplicate : throw new SystemCallException("fcntl", -duplicate);
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }
}
