using Spindle.Kernel;

namespace Spindle.Streams;

/// <summary>A descriptor kept for the day when there are no more: with it, waiting clients can be told that nobody serves them.</summary>
/// <remarks>
/// <para>Without it a listening socket stays ready, accept(2) fails with EMFILE, and the loop spins.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>_FileDescriptorReservation</c> (TCP-20); one for each reactor, held while it has ports.</para>
/// </remarks>
internal sealed class ReservedDescriptor(IFiles files)
{
    private int _fd = -1;
    private int _users;

    /// <summary>A port begins to listen.</summary>
    public void AddUser()
    {
        _users++;
        Take();
    }

    /// <summary>A port has ended.</summary>
    public void RemoveUser()
    {
        if (--_users == 0)
        {
            Release();
        }
    }

    /// <summary>Takes the descriptor if it is not held. That there is none is no error: it is tried again with the next port.</summary>
    public void Take()
    {
        if (_fd < 0)
        {
            _fd = Math.Max(files.Open("/dev/null", writable: false), -1);
        }
    }

    /// <summary>Frees the descriptor.</summary>
    /// <returns>False if it is not held.</returns>
    public bool Release()
    {
        if (_fd < 0)
        {
            return false;
        }

        _ = files.Close(_fd);
        _fd = -1;
        return true;
    }
}
