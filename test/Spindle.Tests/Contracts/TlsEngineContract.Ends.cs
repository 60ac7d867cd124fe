using System.Net.Security;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;
using Spindle.Tls;

namespace Spindle.Tests.Contracts;

public abstract partial class TlsEngineContract
{
    [Fact, Clause("TLS-24")]
    public void CloseOutput_PeerReads_IsClosedAfterTheData()
    {
        using TlsPair pair = Done();
        TlsPair.Write(pair.Client, "last"u8);
        Assert.Equal(TlsStatus.Done, pair.Client.CloseOutput());
        pair.Move(pair.Client, pair.Server);
        pair.Server.FeedEnd();

        Assert.Equal("last"u8, pair.ReadAll(pair.Server, out TlsStatus end));
        Assert.Equal(TlsStatus.Closed, end);
        Assert.Equal(TlsStatus.Closed, pair.Server.Read(new byte[16_384], out _));
        Assert.Null(pair.Server.Failure);
    }

    [Fact]
    public void CloseOutput_Twice_SendsOneAlert()
    {
        using TlsPair pair = Done();
        Assert.Equal(TlsStatus.Done, pair.Client.CloseOutput());
        int pending = pair.Client.PendingOutput;

        Assert.Equal(TlsStatus.Done, pair.Client.CloseOutput());
        Assert.Equal(pending, pair.Client.PendingOutput);
        Assert.Throws<InvalidOperationException>(() => pair.Client.Write("x"u8, out _));
    }

    [Fact]
    public void CloseOutput_OfOneSide_TheOtherStillWrites()
    {
        using TlsPair pair = Done();
        pair.Client.CloseOutput();
        pair.Move(pair.Client, pair.Server);
        Assert.Equal(TlsStatus.Closed, pair.Server.Read(new byte[16_384], out _));

        Assert.Equal("still here", pair.Send(pair.Server, pair.Client, "still here"));
        pair.Server.CloseOutput();
        pair.Move(pair.Server, pair.Client);
        Assert.Equal(TlsStatus.Closed, pair.Client.Read(new byte[16_384], out _));
    }

    [Fact]
    public void CloseOutput_BeforeTheHandshake_HasNothingToSay()
    {
        using TlsPair pair = Pair();
        Assert.Equal(TlsStatus.Done, pair.Server.CloseOutput());
        Assert.Equal(0, pair.Server.PendingOutput);
    }

    [Fact, Clause("TLS-25")]
    public void FeedEnd_WithoutCloseNotify_IsTruncated()
    {
        using TlsPair pair = Done();
        TlsPair.Write(pair.Client, "some"u8);
        pair.Move(pair.Client, pair.Server);
        pair.Server.FeedEnd();

        Assert.Equal("some"u8, pair.ReadAll(pair.Server, out TlsStatus end));
        Assert.Equal(TlsStatus.Failed, end);
        Assert.IsType<TlsTruncatedException>(pair.Server.Failure);
        Assert.Equal(TlsStatus.Failed, pair.Server.Read(new byte[16_384], out _));
    }

    /// <summary>The stream of a whole session, cut at every byte: what is whole is read, and the end is never taken for a clean one.</summary>
    [Fact, Clause("TLS-25")]
    public void FeedEnd_AtEveryByteOfTheData_IsTruncated()
    {
        using TlsPair pair = Done();
        TlsPair.Write(pair.Client, "first"u8);
        int first = pair.Client.PendingOutput;
        TlsPair.Write(pair.Client, "second"u8);
        int second = pair.Client.PendingOutput;
        pair.Client.CloseOutput();
        byte[] sent = TlsPair.TakeAll(pair.Client);
        pair.Server.Feed(sent.AsSpan(0, first));
        Assert.Equal("first"u8, pair.ReadAll(pair.Server, out _));

        // One byte at a time, and it must want more until the record is whole.
        for (int i = first; i < second; i++)
        {
            Assert.Equal(TlsStatus.WantsInput, pair.Server.Read(new byte[16_384], out _));
            pair.Server.Feed(sent.AsSpan(i, 1));
        }

        Assert.Equal("second"u8, pair.ReadAll(pair.Server, out _));
        pair.Server.Feed(sent.AsSpan(second, sent.Length - second - 1));
        pair.Server.FeedEnd();
        Assert.Equal(TlsStatus.Failed, pair.Server.Read(new byte[16_384], out _));
        Assert.IsType<TlsTruncatedException>(pair.Server.Failure);
    }

    [Fact, Clause("TLS-12", "TLS-25")]
    public void FeedEnd_AtEveryStepOfTheHandshake_IsTruncated()
    {
        byte[] hello = Flight(out byte[] answer);
        TlsServerContext serverContext = ServerContext();
        TlsClientContext clientContext = ClientContext();
        for (int cut = 0; cut < hello.Length; cut += cut < 12 ? 1 : 37)
        {
            using TlsPair pair = new(clientContext, serverContext);
            pair.Server.Handshake();
            pair.Server.Feed(hello.AsSpan(0, cut));
            pair.Server.FeedEnd();
            EndsTruncated(pair.Server);
        }

        for (int cut = 0; cut < 5; cut++)
        {
            // More of what the server says to one hello means nothing to another: the client finds fault with it before the end.
            using TlsPair pair = new(clientContext, serverContext);
            pair.Client.Handshake();
            pair.Client.Feed(answer.AsSpan(0, cut));
            pair.Client.FeedEnd();
            EndsTruncated(pair.Client);
        }
    }

    [Theory, Clause("TLS-12")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "plain HTTP")]
    [InlineData("POST /x HTTP/1.0\r\n\r\n", "plain HTTP")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "not TLS")]
    public void Handshake_PlainText_SaysWhatItIs(string text, string expected)
    {
        using TlsPair pair = Pair();
        pair.Server.Handshake();
        pair.Server.Feed(System.Text.Encoding.ASCII.GetBytes(text));

        Assert.Equal(TlsStatus.Failed, pair.Server.Handshake());
        TlsException failure = Assert.IsType<TlsException>(pair.Server.Failure);
        Assert.Equal(TlsError.Protocol, failure.Error);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Equal(ServerSendsAlerts ? [21, 3, 1, 0, 2, 2, 10] : [], TlsPair.TakeAll(pair.Server)); // Fatal, unexpected_message.
    }

    [Fact]
    public void Handshake_ServerAnswersInPlainText_SaysSo()
    {
        using TlsPair pair = Pair();
        pair.Client.Handshake();
        pair.Client.Feed("HTTP/1.1 400 Bad Request\r\n\r\n"u8);

        Assert.Equal(TlsStatus.Failed, pair.Client.Handshake());
        TlsException failure = Assert.IsType<TlsException>(pair.Client.Failure);
        Assert.Equal(TlsError.Protocol, failure.Error);
        Assert.Contains("plain HTTP", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_GarbageBehindTheHandshake_Fails()
    {
        using TlsPair pair = Done();
        pair.Server.Feed("garbage garbage garbage"u8);

        Assert.Equal(TlsStatus.Failed, pair.Server.Read(new byte[16_384], out _));
        Assert.Equal(TlsError.Protocol, Assert.IsType<TlsException>(pair.Server.Failure).Error);
    }

    [Fact]
    public void Read_RecordThatWasChanged_Fails()
    {
        using TlsPair pair = Done();
        TlsPair.Write(pair.Client, "pay 10"u8);
        byte[] record = TlsPair.TakeAll(pair.Client);
        record[^1] ^= 1;
        pair.Server.Feed(record);

        Assert.Equal(TlsStatus.Failed, pair.Server.Read(new byte[16_384], out int count));
        Assert.Equal(0, count);
        Assert.Equal(TlsError.Protocol, Assert.IsType<TlsException>(pair.Server.Failure).Error);
        if (ServerSendsAlerts)
        {
            pair.Move(pair.Server, pair.Client);
            Assert.Equal(TlsStatus.Failed, pair.Client.Read(new byte[16_384], out _));
            Assert.Contains("(alert 20)", pair.Client.Failure!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Handshake_BitsOfTheHelloFlipped_NeverThrowsNorHangs()
    {
        byte[] hello = Flight(out _);
        TlsServerContext serverContext = ServerContext();
        TlsClientContext clientContext = ClientContext();
        for (int at = 0; at < hello.Length; at += at < 16 ? 1 : 23)
        {
            byte[] broken = [.. hello];
            broken[at] ^= 0xFF;
            using TlsPair pair = new(clientContext, serverContext);
            pair.Server.Handshake();
            pair.Server.Feed(broken);
            pair.Server.FeedEnd();

            TlsStatus status = pair.Server.Handshake();

            Assert.Equal(TlsStatus.Failed, status);
            Assert.IsAssignableFrom<TlsException>(pair.Server.Failure);
        }
    }

    [Fact]
    public void TakeRest_BytesBehindCloseNotify_AreThose()
    {
        using TlsPair pair = Done();
        pair.Client.CloseOutput();
        byte[] sent = [.. TlsPair.TakeAll(pair.Client), .. "plain again"u8];
        pair.Server.Feed(sent);
        byte[] rest = new byte[100];
        Assert.Equal(0, pair.Server.TakeRest(rest));

        Assert.Equal(TlsStatus.Closed, pair.Server.Read(new byte[16_384], out _));

        int count = pair.Server.TakeRest(rest);
        Assert.Equal("plain again"u8, rest.AsSpan(0, count));
        Assert.Equal(0, pair.Server.TakeRest(rest));
    }

    [Fact]
    public void Dispose_InEveryState_DoesNotThrow()
    {
        using (Pair())
        {
        }

        TlsPair begun = Pair();
        begun.Client.Handshake();
        begun.Move(begun.Client, begun.Server);
        begun.Server.Handshake();
        begun.Dispose();
        begun.Dispose();

        TlsPair done = Done();
        done.Server.Read(new byte[16_384], out _);
        done.Dispose();
        Assert.Throws<ObjectDisposedException>(() => done.Server.Read(new byte[16_384], out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_InACallback_EndsTheHandshake(bool accepts)
    {
        TlsPair? pair = null;
        SslClientAuthenticationOptions options = TlsOptions.Client();
        options.RemoteCertificateValidationCallback = (_, _, _, _) =>
        {
            pair!.Client.Dispose();
            return accepts;
        };
        pair = Pair(options);

        Assert.Throws<ObjectDisposedException>(() => pair.Handshake());
        Assert.Null(pair.Client.Session);
        Assert.NotNull(pair.Client.Failure);
        pair.Dispose();
    }

    /// <summary>A byte of the handshake is changed, wherever it is: nobody is done with the wrong peer, nothing hangs, and every failure is one of TLS.</summary>
    [Fact, Clause("TLS-12")]
    public void Handshake_AByteChangedAnywhere_NeverEndsWell()
    {
        TlsServerContext serverContext = ServerContext(TlsOptions.DemandingServer());
        TlsClientContext clientContext = ClientContext(WithCertificate(TestCertificates.Client));
        int length;
        using (TlsPair whole = new(clientContext, serverContext))
        {
            Assert.True(whole.Handshake(), Why(whole));
            length = (int)(whole.FromClient.Length + whole.FromServer.Length);
        }

        for (int at = 0; at < length - 100; at += 61)
        {
            using TlsPair pair = new(clientContext, serverContext);
            pair.Changed = at;
            bool done = pair.Handshake();
            pair.Client.FeedEnd();
            pair.Server.FeedEnd();
            TlsStatus ofClient = done ? TlsStatus.Failed : pair.Client.Read(new byte[16_384], out _);
            TlsStatus ofServer = done ? TlsStatus.Failed : pair.Server.Read(new byte[16_384], out _);

            // Tickets are behind the handshake, and a few bytes (versions of records) do not matter to anyone.
            Assert.Equal(TlsStatus.Failed, ofClient);
            Assert.Equal(TlsStatus.Failed, ofServer);
            Assert.All([pair.Client.Failure, pair.Server.Failure], failure => Assert.True(failure is null or TlsException, failure?.ToString()));
        }
    }

    private byte[] Flight(out byte[] answer)
    {
        using TlsPair pair = Pair();
        pair.Client.Handshake();
        byte[] hello = TlsPair.TakeAll(pair.Client);
        pair.Server.Handshake();
        pair.Server.Feed(hello);
        Assert.Equal(TlsStatus.WantsInput, pair.Server.Handshake());
        answer = TlsPair.TakeAll(pair.Server);
        return hello;
    }

    private static void EndsTruncated(ITlsEngine engine)
    {
        Assert.Equal(TlsStatus.Failed, engine.Handshake());
        Assert.IsType<TlsTruncatedException>(engine.Failure);
    }
}
