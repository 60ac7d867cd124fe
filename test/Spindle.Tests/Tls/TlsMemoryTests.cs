using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Tls;

[Collection(ExclusiveCollection.Name)]
public sealed class TlsMemoryTests
{
    [Fact]
    public void Records_OnOpenSsl_AllocateNothing()
    {
        using TlsPair pair = new(new TlsClientContext(TlsOptions.Client(), TlsEngineKind.OpenSsl), new TlsServerContext(TlsOptions.Server(), TlsEngineKind.OpenSsl));
        Assert.True(pair.Handshake());
        byte[] plain = Payload.Make(16_384);
        byte[] got = new byte[16_384];
        for (int i = 0; i < 20; i++)
        {
            Pass(pair, plain, got);
        }

        long allocated = Allocations.LeastOf(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Pass(pair, plain, got);
            }
        });

        Assert.Equal(0, allocated);
        Assert.Equal(plain, got);
    }

    /// <summary>A session has some 10,000 bytes, so a leak is ten million. The compiler takes some millions and gives them back: hence more than one look.</summary>
    [Theory]
    [InlineData(TlsEngineKind.OpenSsl, 1000, 3_000_000)]
    [InlineData(TlsEngineKind.SslStream, 300, 1_500_000)]
    public void Handshakes_Many_LeakNoNativeMemory(TlsEngineKind kind, int count, long bound)
    {
        TlsClientContext client = new(TlsOptions.Client(), kind);
        TlsServerContext server = new(TlsOptions.Server(), kind);
        TlsClientContext refusing = new(TlsOptions.Client("elsewhere.test"), kind);
        Repeat(client, refusing, server, 100);
        long grown = long.MaxValue;
        for (int look = 0; look < 3 && grown >= bound; look++)
        {
            long before = Settled();
            Repeat(client, refusing, server, count);
            grown = Settled() - before;
        }

        Assert.True(grown < bound, $"{grown} bytes are still there after {count} handshakes");
    }

    private static void Pass(TlsPair pair, byte[] plain, byte[] got)
    {
        pair.Client.Write(plain, out int written);
        TlsBuffer output = pair.Client.TakeOutput();
        pair.Server.Feed(output.Bytes);
        output.Clear();
        pair.Server.Read(got, out int read);
        if (written != plain.Length || read != plain.Length || pair.Client.PendingOutput != 0)
        {
            throw new InvalidOperationException($"{written} written, {read} read");
        }
    }

    private static void Repeat(TlsClientContext client, TlsClientContext refusing, TlsServerContext server, int count)
    {
        for (int i = 0; i < count; i++)
        {
            using TlsPair pair = new(i % 4 == 3 ? refusing : client, server);
            Assert.Equal(i % 4 != 3, pair.Handshake());
            if (i % 2 == 0)
            {
                pair.Send(pair.Server, pair.Client, "hello");
            }
        }
    }

    private static long Settled()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return OpenSslCalls.NativeMemory();
    }
}
