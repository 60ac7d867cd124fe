using System.Text;

namespace Spindle.Tests.Protocols;

/// <summary>Hands text to protocols as bytes, one for each character.</summary>
internal static class Feeding
{
    public static byte[] BytesOf(string text) => Encoding.Latin1.GetBytes(text);

    public static string TextOf(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static void Feed(this IProtocol protocol, string text) => protocol.DataReceived(BytesOf(text));

    /// <summary>The same in pieces of one size.</summary>
    public static void Feed(this IProtocol protocol, string text, int pieceSize)
    {
        foreach (char[] piece in text.Chunk(pieceSize))
        {
            protocol.Feed(new string(piece));
        }
    }

    /// <summary>The same in pieces that begin where the cuts are.</summary>
    public static IEnumerable<string> Cut(string text, IEnumerable<int> cuts)
    {
        int start = 0;
        foreach (int cut in cuts.Select(cut => cut % (text.Length + 1)).Distinct().Order())
        {
            yield return text[start..cut];
            start = cut;
        }

        yield return text[start..];
    }
}
