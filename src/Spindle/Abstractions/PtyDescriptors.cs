namespace Spindle;

/// <summary>A pseudo terminal that was made elsewhere.</summary>
/// <param name="Master">
/// The descriptor of the master side. It becomes non-blocking, and the process transport closes it at the end; if no child
/// could be made it stays open.
/// </param>
/// <param name="Slave">The descriptor of the slave side. It stays the caller's; while it is open the master sees no end.</param>
/// <param name="SlaveName">The path of the slave side, "/dev/pts/3" for example. Default null: it is opened by its descriptor.</param>
/// <remarks>
/// <para>Thread: any; it never changes.</para>
/// <para>Source: the tuple that Twisted's <c>usePTY</c> takes.</para>
/// </remarks>
public sealed record PtyDescriptors(int Master, int Slave, string? SlaveName = null);
