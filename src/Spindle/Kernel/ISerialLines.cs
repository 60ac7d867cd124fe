namespace Spindle.Kernel;

/// <summary>What a terminal has when it is a serial line: ioctl_tty(2), flock(2).</summary>
internal interface ISerialLines
{
    /// <summary>open(2) of a device both ways, non-blocking and close-on-exec; it does not become this process's terminal.</summary>
    /// <returns>The descriptor, or -errno.</returns>
    int Open(string path);

    /// <summary>Keeps others away, as far as they ask (flock(2)) or are no superuser (TIOCEXCL).</summary>
    /// <returns>Zero, or -errno: EAGAIN if another has claimed it.</returns>
    int Claim(int fd);

    /// <summary>Lets others in again, also while a duplicate of the descriptor lives on.</summary>
    void Unclaim(int fd);

    /// <summary>Drops what has come and was not read, or was written and not sent, or both.</summary>
    /// <returns>Zero, or -errno: ENOTTY if it is no terminal.</returns>
    int Discard(int fd, bool input, bool output);

    /// <summary>How many bytes have come and were not read.</summary>
    /// <returns>Bytes, or -errno.</returns>
    int CountWaiting(int fd);

    /// <summary>How many bytes were written and not sent yet.</summary>
    /// <returns>Bytes, or -errno.</returns>
    int CountUnsent(int fd);

    /// <summary>The state of the control lines.</summary>
    /// <returns>Zero, or -errno: ENOTTY if there are none.</returns>
    int GetLines(int fd, out ControlLines lines);

    /// <summary>Raises control lines, or lowers them.</summary>
    /// <returns>Zero, or -errno: ENOTTY if there are none.</returns>
    int SetLines(int fd, ControlLines lines, bool isOn);

    /// <summary>Begins a break, or ends it.</summary>
    /// <returns>Zero, or -errno.</returns>
    int SetBreak(int fd, bool isOn);
}
