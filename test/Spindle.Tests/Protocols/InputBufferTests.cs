using System.Runtime.InteropServices;
using CsCheck;
using Spindle.Protocols;

namespace Spindle.Tests.Protocols;

public sealed class InputBufferTests
{
    [Fact]
    public void Append_ByteByByte_SearchesNothingTwiceAndMovesLittle()
    {
        const int Count = 2_000_000;
        InputBuffer buffer = new();
        for (int i = 1; i <= Count; i++)
        {
            buffer.Append("x"u8);
            if (buffer.IndexOf("\r\n"u8) >= 0 || buffer.Searched != i - 1)
            {
                Assert.Fail($"After {i} bytes the next search begins at {buffer.Searched}.");
            }
        }

        Assert.Equal(Count, buffer.Length);
        Assert.InRange(buffer.Moved, 0, 2 * Count);
    }

    [Fact]
    public void Append_MessagesThatComeInHalves_MovesNoMoreThanComes()
    {
        InputBuffer buffer = new();
        byte[] piece = new byte[1000];
        long came = 0;
        for (int i = 0; i < 10_000; i++)
        {
            buffer.Append(piece);
            came += piece.Length;
            buffer.Skip(buffer.Length - (i % 999)); // The rest of it is the beginning of the next one.
        }

        Assert.InRange(buffer.Moved, 1, came);
    }

    [Fact]
    public void Take_MuchHasCome_MovesNothing()
    {
        InputBuffer buffer = new();
        buffer.Append(new byte[1_000_000]);
        for (int i = 0; i < 100_000; i++)
        {
            Assert.Equal(10, buffer.Take(10).Length);
        }

        Assert.True(buffer.IsEmpty);
        Assert.Equal(0, buffer.Moved);
    }

    [Fact]
    public void Append_Lent_LeavesWhatIsInTheUsersHandsAlone()
    {
        InputBuffer buffer = new();
        buffer.Append("first second"u8);
        buffer.Lend();
        ReadOnlySpan<byte> first = buffer.Take(6);

        buffer.Append(new byte[100_000]);
        buffer.Clear();
        buffer.Append(new byte[100_000]);
        buffer.Replace("third"u8);

        Assert.Equal("first ", Feeding.TextOf(first));
        Assert.Equal("third", Feeding.TextOf(buffer.Unread));
    }

    [Fact]
    public void Replace_ByAPieceOfItself_Works()
    {
        InputBuffer buffer = new();
        buffer.Append(Feeding.BytesOf(new string('x', 250) + "hello"));

        buffer.Replace(buffer.Unread[250..]);
        Assert.Equal("hello", Feeding.TextOf(buffer.Unread));

        buffer.Replace(buffer.Unread[..4]);
        Assert.Equal("hell", Feeding.TextOf(buffer.Unread));
    }

    [Fact]
    public void EveryCall_InAnyOrder_DoesWhatAListDoes()
    {
        Gen<(int Kind, int Count)> step = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 700]);
        step.Array[0, 60].Sample(
            steps =>
            {
                InputBuffer buffer = new();
                List<byte> model = [];
                byte next = 0;
                foreach ((int kind, int count) in steps)
                {
                    int some = Math.Min(count, model.Count);
                    switch (kind)
                    {
                        case 0 or 1 or 2:
                            byte[] data = [.. Enumerable.Range(0, count).Select(_ => next++)];
                            buffer.Append(data);
                            model.AddRange(data);
                            break;
                        case 3:
                            Assert.True(buffer.Take(some).SequenceEqual(CollectionsMarshal.AsSpan(model)[..some]));
                            model.RemoveRange(0, some);
                            break;
                        case 4:
                            buffer.Replace(buffer.Unread[some..]);
                            model.RemoveRange(0, some);
                            break;
                        case 5:
                            buffer.Lend();
                            break;
                        default:
                            buffer.TakeBack();
                            break;
                    }

                    Assert.True(buffer.Unread.SequenceEqual(CollectionsMarshal.AsSpan(model)));
                    Assert.Equal(model.IndexOf(7), buffer.IndexOf([7]));
                }
            },
            iter: 300);
    }
}
