using System.Net.Sockets;

namespace Spindle.Names;

/// <summary>What one look-up asks the system; the same question is not asked twice at a time.</summary>
/// <param name="Name">In ASCII and lower case.</param>
/// <param name="AddressFamily">Which addresses.</param>
/// <param name="TransportSemantics">What they are for.</param>
internal readonly record struct LookupKey(string Name, AddressFamily AddressFamily, TransportSemantics TransportSemantics);
