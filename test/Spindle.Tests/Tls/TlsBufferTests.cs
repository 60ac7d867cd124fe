using CsCheck;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

public sealed class TlsBufferTests
{
    [Fact]
    public void Take_AfterAnyAppends_GivesTheSameBytes() =>
        Gen.Select(Gen.Int[0, 9000], Gen.Int[0, 9000]).Array[1, 30].Sample(steps =>
        {
            TlsBuffer buffer = default;
            List<byte> put = [];
            List<byte> got = [];
            byte[] piece = new byte[9000];
            foreach ((int append, int take) in steps)
            {
                byte[] bytes = Payload.Make(append, put.Count);
                buffer.Append(bytes);
                put.AddRange(bytes);
                got.AddRange(piece.AsSpan(0, buffer.Take(piece.AsSpan(0, take))).ToArray());
                Assert.Equal(put.Count - got.Count, buffer.Count);
                Assert.Equal(buffer.Count, buffer.Bytes.Length);
            }

            got.AddRange(buffer.Bytes.ToArray());
            buffer.Clear();
            Assert.Equal(put, got);
            Assert.Equal(0, buffer.Count);
        });
}
