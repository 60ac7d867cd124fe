namespace Spindle.Tls.OpenSsl;

/// <summary>The sessions that a client context can take up again; the newest is used first.</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class ClientSessions
{
    private const int Limit = 8; // As many connections can begin at once and all resume.

    private readonly Lock _lock = new();
    private readonly List<SslSessionHandle> _sessions = [];

    /// <summary>Keeps one. It belongs to the list from now on.</summary>
    public void Add(SslSessionHandle session)
    {
        SslSessionHandle? oldest = null;
        lock (_lock)
        {
            _sessions.Add(session);
            if (_sessions.Count > Limit)
            {
                oldest = _sessions[0];
                _sessions.RemoveAt(0);
            }
        }

        oldest?.Dispose();
    }

    /// <summary>Offers the newest one to the server of a new connection, if there is one.</summary>
    public void OfferTo(nint ssl)
    {
        lock (_lock)
        {
            if (_sessions.Count == 0)
            {
                return;
            }

            SslSessionHandle newest = _sessions[^1];
            newest.Offer(ssl);
            if (newest.IsForOnce)
            {
                _sessions.RemoveAt(_sessions.Count - 1);
                newest.Dispose();
            }
        }
    }

    /// <summary>Forgets all: a peer that resumed one was refused.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _sessions.ForEach(session => session.Dispose());
            _sessions.Clear();
        }
    }
}
