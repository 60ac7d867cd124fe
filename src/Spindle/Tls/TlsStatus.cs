namespace Spindle.Tls;

/// <summary>How a step of a <see cref="ITlsEngine"/> ended.</summary>
internal enum TlsStatus
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>It goes on when more of the peer's bytes have been fed.</summary>
    WantsInput,

    /// <summary>It goes on when <see cref="ITlsEngine.Resumed"/> is called: a check runs elsewhere.</summary>
    WantsVerdict,

    /// <summary>The peer has said that it sends nothing more (close_notify).</summary>
    Closed,

    /// <summary>The session is over; <see cref="ITlsEngine.Failure"/> says why. There may be an alert to take.</summary>
    Failed,
}
