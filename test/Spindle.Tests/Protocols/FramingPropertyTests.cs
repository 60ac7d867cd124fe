using CsCheck;
using Spindle.Testing;

namespace Spindle.Tests.Protocols;

/// <summary>However the bytes are cut on their way, a receiver delivers what a parser finds that has them all at once and takes its time.</summary>
public sealed class FramingPropertyTests
{
    private const int MaxLength = 6;

    private static readonly Gen<int[]> Cuts = Gen.Int[0, 1000].Array[0, 12];

    [Fact, Clause("PROTO-13", "PROTO-14", "PROTO-15")]
    public void LineReceiver_CutAnywhere_DeliversTheSame() =>
        Gen.Select(Gen.OneOfConst("\r\n", "\n", "aa", "aab", "abab"), TextOf("ab\r\n"), Cuts).Sample(
            (delimiter, text, cuts) =>
            {
                LineRecorder receiver = new() { Delimiter = Feeding.BytesOf(delimiter), MaxLength = MaxLength };
                receiver.MakeConnection(new StringTransport());

                FeedCut(receiver, text, cuts);

                // How much of a line that is too long is reported depends on how much has come.
                Assert.Equal(Lines(text, delimiter, unfinishedLimit: MaxLength + delimiter.Length), receiver.Events.Select(WithoutData));
            },
            iter: 3000);

    [Fact, Clause("PROTO-15", "PROTO-19")]
    public void LineOnlyReceiver_CutAnywhere_DeliversTheSame() =>
        Gen.Select(Gen.OneOfConst("\r\n", "\n", "aa", "aab", "abab"), TextOf("ab\r\n"), Cuts).Sample(
            (delimiter, text, cuts) =>
            {
                LineOnlyRecorder receiver = new() { Delimiter = Feeding.BytesOf(delimiter), MaxLength = MaxLength };
                receiver.MakeConnection(new StringTransport());

                FeedCut(receiver, text, cuts);

                Assert.Equal(Lines(text, delimiter, unfinishedLimit: null), receiver.Events.Select(WithoutData));
            },
            iter: 3000);

    [Fact, Clause("PROTO-16", "PROTO-17", "PROTO-18")]
    public void LineReceiver_HandlersThatSwitchAndPauseAndClose_DeliversTheSame() =>
        Gen.Select(TextOf("aPRQ\n\n\n"), Cuts).Sample(
            (text, cuts) =>
            {
                LineRecorder receiver = new() { Delimiter = "\n"u8, MaxLength = MaxLength };
                List<string> heard = [];
                int missing = 0;
                receiver.OnLine = line =>
                {
                    heard.Add($"line {line}");
                    if (line.Contains('R', StringComparison.Ordinal))
                    {
                        missing = 3;
                        receiver.SetRawMode();
                    }

                    if (line.Contains('P', StringComparison.Ordinal))
                    {
                        receiver.PauseProducing();
                    }

                    if (line == "Q")
                    {
                        receiver.Transport.LoseConnection();
                    }
                };
                receiver.OnRaw = data =>
                {
                    int count = Math.Min(missing, data.Length);
                    heard.AddRange(data[..count].Select(each => $"raw {each}"));
                    missing -= count;
                    if (missing == 0)
                    {
                        receiver.SetLineMode(Feeding.BytesOf(data[count..]));
                    }
                };
                receiver.MakeConnection(new StringTransport { IsLenient = true });

                FeedCut(receiver, text, cuts);
                while (receiver.IsPaused)
                {
                    receiver.ResumeProducing();
                }

                bool isExceeded = receiver.Events.Exists(each => each.StartsWith("exceeded", StringComparison.Ordinal));
                Assert.Equal(LinesAndRawData(text), isExceeded ? [.. heard, "exceeded"] : heard);
            },
            iter: 3000);

    [Fact, Clause("PROTO-20")]
    public void NetstringReceiver_CutAnywhere_DeliversTheSame()
    {
        Gen<string> good = TextOf("a,:1").Select(text => $"{text.Length}:{text},");
        Gen<string> bad = TextOf("0123:,x");
        Gen.Select(Gen.Frequency((6, good), (1, bad)).Array[0, 8], Cuts).Sample(
            (strings, cuts) =>
            {
                string text = string.Concat(strings);
                NetstringRecorder receiver = new() { MaxLength = 30 };
                receiver.MakeConnection(new StringTransport());

                FeedCut(receiver, text, cuts);

                (List<string> expected, bool isBroken) = Netstrings(text, receiver.MaxLength);
                Assert.Equal(expected, receiver.Events);
                Assert.Equal(isBroken, receiver.IsPeerBroken);
                Assert.Equal(isBroken, receiver.Transport.IsDisconnecting);
            },
            iter: 3000);
    }

    [Fact, Clause("PROTO-21")]
    public void IntNStringReceiver_CutAnywhere_DeliversTheSame() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 40].Array[0, 10], Cuts, Gen.Int[0, 3]).Sample(
            (prefixLength, lengths, cuts, missing) =>
            {
                IntStringRecorder receiver = new(prefixLength) { MaxLength = 35 };
                receiver.MakeConnection(new StringTransport());
                string[] strings = [.. lengths.Select((length, i) => new string((char)('a' + i), length))];
                string text = string.Concat(strings.Select(receiver.Frame));

                FeedCut(receiver, text[..Math.Max(0, text.Length - missing)], cuts);

                IEnumerable<string> expected = strings.TakeWhile(each => each.Length <= 35);
                string? tooLong = strings.FirstOrDefault(each => each.Length > 35);
                if (tooLong is null)
                {
                    int missed = strings.Reverse().Aggregate((Count: 0, Left: missing), (sum, each) => sum.Left > 0 ? (sum.Count + 1, sum.Left - each.Length - prefixLength) : sum).Count;
                    Assert.Equal(strings[..^missed], receiver.Events);
                }
                else
                {
                    Assert.Equal([.. expected, $"exceeded {tooLong.Length}"], receiver.Events);
                }
            },
            iter: 3000);

    private static Gen<string> TextOf(string letters) => Gen.Char[letters].Array[0, 30].Select(chars => new string(chars));

    private static string WithoutData(string each) => each.StartsWith("exceeded", StringComparison.Ordinal) ? "exceeded" : each;

    private static void FeedCut(IProtocol protocol, string text, int[] cuts)
    {
        foreach (string piece in Feeding.Cut(text, cuts))
        {
            protocol.Feed(piece);
            if (protocol is MessageReceiver { IsPaused: true } receiver && piece.Length % 2 == 0)
            {
                receiver.ResumeProducing();
            }
        }
    }

    private static List<string> Lines(string text, string delimiter, int? unfinishedLimit)
    {
        List<string> events = [];
        while (true)
        {
            int end = text.IndexOf(delimiter, StringComparison.Ordinal);
            if (end < 0)
            {
                int limit = unfinishedLimit ?? MaxLength + 1 + Enumerable.Range(0, delimiter.Length).Last(count => text.EndsWith(delimiter[..count], StringComparison.Ordinal));
                return text.Length >= limit ? [.. events, "exceeded"] : events;
            }

            if (end > MaxLength)
            {
                return [.. events, "exceeded"];
            }

            events.Add($"line {text[..end]}");
            text = text[(end + delimiter.Length)..];
        }
    }

    private static List<string> LinesAndRawData(string text)
    {
        List<string> events = [];
        int missing = 0;
        for (int at = 0; at < text.Length;)
        {
            if (missing > 0)
            {
                events.Add($"raw {text[at++]}");
                missing--;
                continue;
            }

            int end = text.IndexOf('\n', at);
            if (end < 0 ? text.Length - at >= MaxLength + 1 : end - at > MaxLength)
            {
                events.Add("exceeded");
                return events;
            }

            if (end < 0)
            {
                return events;
            }

            string line = text[at..end];
            events.Add($"line {line}");
            at = end + 1;
            missing = line.Contains('R', StringComparison.Ordinal) ? 3 : 0;
            if (line == "Q")
            {
                return events;
            }
        }

        return events;
    }

    private static (List<string> Strings, bool IsBroken) Netstrings(string text, int maxLength)
    {
        List<string> strings = [];
        while (true)
        {
            string digits = new([.. text.TakeWhile(char.IsAsciiDigit)]);
            bool isRefused = (digits.Length > 1 && digits[0] == '0') || (digits.Length > 0 && (digits.Length > 9 || int.Parse(digits, null) > maxLength));
            if (isRefused || (text.Length > digits.Length && (digits.Length == 0 || text[digits.Length] != ':')))
            {
                return (strings, true);
            }

            int start = digits.Length + 1;
            if (text.Length < start || text.Length <= start + int.Parse(digits, null))
            {
                return (strings, false);
            }

            int end = start + int.Parse(digits, null);
            if (text[end] != ',')
            {
                return (strings, true);
            }

            strings.Add(text[start..end]);
            text = text[(end + 1)..];
        }
    }
}
