using Spindle.Kernel;
using Spindle.Loops;

namespace Spindle.Streams;

/// <summary>Sockets that have ended for their users while their last bytes are on the way.</summary>
/// <remarks>
/// <para>
/// A closed socket answers whatever its peer goes on sending with a reset, and then the kernel drops what the peer has not
/// acknowledged. These are shut for writing and stay until the peer's kernel has everything, or for 30 s.
/// </para>
/// <para>
/// No event tells that all was acknowledged, so they are looked at: after 1 ms, and then at twice the time each, up to
/// 100 ms. One timer for all. Thread: the loop's.
/// </para>
/// </remarks>
/// <param name="loop">The loop.</param>
/// <param name="onEmpty">Called when the last one has gone.</param>
internal sealed class LingeringSockets(SelectorEventLoop loop, Action onEmpty)
{
    /// <summary>How long one may stay.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    private readonly List<(int Fd, TimeSpan Until)> _sockets = [];
    private TimerHandle? _timer;
    private TimeSpan _pause;

    public int Count => _sockets.Count;

    /// <summary>Takes a socket over.</summary>
    public void Add(int fd)
    {
        _ = loop.Kernel.Sockets.Shutdown(fd, ShutdownSide.Write);
        _sockets.Add((fd, loop.Time + Longest));
        if (_timer is null)
        {
            _pause = FirstPause;
            Wait();
        }
    }

    /// <summary>Closes all of them now.</summary>
    public void Close()
    {
        _timer?.Cancel();
        _timer = null;
        foreach ((int fd, _) in _sockets)
        {
            Close(fd);
        }

        _sockets.Clear();
    }

    private void Wait() => _timer = loop.CallAtInBaseContext(loop.Time + _pause, static state => ((LingeringSockets)state!).Look(), this);

    private void Look()
    {
        _timer = null;
        TimeSpan now = loop.Time;
        for (int i = _sockets.Count - 1; i >= 0; i--)
        {
            (int fd, TimeSpan until) = _sockets[i];
            if (now >= until || IsOver(fd))
            {
                _sockets.RemoveAt(i);
                Close(fd);
            }
        }

        if (_sockets.Count == 0)
        {
            onEmpty();
            return;
        }

        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        Wait();
    }

    private bool IsOver(int fd)
    {
        ISockets sockets = loop.Kernel.Sockets;
        bool isReset = sockets.GetOption(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_ERROR, out int error) < 0 || error != 0;
        return isReset || sockets.CountUndelivered(fd) <= 0;
    }

    private void Close(int fd)
    {
        _ = loop.Kernel.Sockets.Shutdown(fd, ShutdownSide.Both);
        _ = loop.Kernel.Files.Close(fd);
    }
}
