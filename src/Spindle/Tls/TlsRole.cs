namespace Spindle.Tls;

/// <summary>Which side of a handshake one is.</summary>
internal enum TlsRole
{
    /// <summary>Says hello first.</summary>
    Client,

    /// <summary>Answers.</summary>
    Server,
}
