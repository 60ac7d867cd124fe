using System.Text;
using Spindle.Endpoints;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Serial;
using Spindle.Tests.Support;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What <see cref="SerialPort"/> does on every selector, on pseudo terminals. The ledger of descriptors is looked at after each test.</summary>
public abstract class SerialContract
{
    private protected abstract SelectorKind Kind { get; }

    private void Run(Func<ReactorRig, Line, Task> test) => ReactorRig.Run(Kind, async rig =>
    {
        Line line = new(rig);
        try
        {
            await test(rig, line);
        }
        finally
        {
            line.HangUp();
        }
    });

    [Fact, Clause("SER-1")]
    public void Bytes_AnyValue_GoBothWays() => Run(async (rig, line) =>
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        RecordingProtocol protocol = new();
        SerialPort port = new(protocol, line.Device, rig.Reactor);
        Assert.Equal(1, protocol.MadeCount);
        Assert.Equal((line.Device, line.Device), (port.GetHost().ToString(), port.GetPeer().ToString()));

        Assert.Equal(256, rig.Kernel.Files.Write(line.Master, all));
        port.Write(all);

        await rig.Until(() => protocol.ReceivedCount == 256 && line.Take().Length == 256);
        Assert.Equal(all, protocol.Received);
        Assert.Equal(all, line.Take());
        port.LoseConnection();
        await rig.Until(() => protocol.LostCount == 1);
        Assert.IsType<ConnectionDoneException>(protocol.Reason);
    });

    [Fact, Clause("SER-1")]
    public void Constructor_WhatWasThereBefore_IsDropped() => Run(async (rig, line) =>
    {
        using TerminalHolder holder = new(rig, line.Device); // Else nobody would keep what came before.
        Assert.Equal(4, rig.Kernel.Files.Write(line.Master, "old\n"u8));
        await rig.Until(() => rig.Kernel.SerialLines.CountWaiting(holder.Fd) == 4); // The kernel hands a terminal's bytes on a moment later.
        RecordingProtocol protocol = new();

        SerialPort port = new(protocol, line.Device, rig.Reactor);

        _ = rig.Kernel.Files.Write(line.Master, "new"u8);
        await rig.Until(() => protocol.ReceivedCount > 0);
        Assert.Equal("new"u8, protocol.Received);
        port.LoseConnection();
        await rig.Until(() => protocol.LostCount == 1);
    });

    [Fact, Clause("SER-1")]
    public void DeviceGoesAway_Protocol_IsLostOnce() => Run(async (rig, line) =>
    {
        RecordingProtocol protocol = new();
        SerialPort port = new(protocol, line.Device, rig.Reactor);

        line.HangUp();

        await rig.Until(() => protocol.LostCount == 1);
        Assert.IsAssignableFrom<ConnectionClosedException>(protocol.Reason);
        port.Write("dropped"u8);
        port.LoseConnection();
        port.AbortConnection();
        Assert.Equal(0, port.InWaiting);
        Assert.Throws<InvalidOperationException>(port.FlushInput);
        Assert.Throws<InvalidOperationException>(() => port.IsClearToSend);
        await rig.NextTurn();
        Assert.Equal(1, protocol.LostCount);
    });

    [Fact, Clause("SER-1")]
    public void LoseConnection_BytesWritten_ArriveFirst() => Run(async (rig, line) =>
    {
        RecordingProtocol protocol = new();
        SerialPort port = new(protocol, line.Device, rig.Reactor);

        port.Write(new byte[100_000]);
        port.LoseConnection();
        Assert.True(port.IsDisconnecting);

        await rig.Until(() => line.Take().Length == 100_000 && protocol.LostCount == 1);
        Assert.IsType<ConnectionDoneException>(protocol.Reason);
    });

    [Fact]
    public void LoseWriteConnection_Line_IsReadOn() => Run(async (rig, line) =>
    {
        RecordingProtocol protocol = new();
        SerialPort port = new(protocol, line.Device, rig.Reactor);

        port.Write("last"u8);
        port.LoseWriteConnection();
        await rig.Until(() => line.Take().Length == 4);
        port.Write("dropped"u8);
        _ = rig.Kernel.Files.Write(line.Master, "still"u8);

        await rig.Until(() => protocol.ReceivedCount == 5);
        port.StopProducing();
        await rig.Until(() => protocol.LostCount == 1);
        Assert.Equal(4, line.Take().Length);
    });

    [Fact]
    public void AbortConnection_BytesWritten_AreDropped() => Run(async (rig, line) =>
    {
        RecordingProtocol protocol = new();
        SerialPort port = new(protocol, line.Device, rig.Reactor);
        port.Write(new byte[1_000_000]);

        port.AbortConnection();
        Assert.Equal(0, protocol.LostCount);

        await rig.Until(() => protocol.LostCount == 1);
        Assert.IsType<TransportAbortedException>(protocol.Reason);
    });

    [Fact, Clause("SER-1")]
    public void Producers_BothWays_ArePausedAndResumed() => Run(async (rig, line) =>
    {
        RecordingProtocol protocol = new();
        PushProducer producer = new();
        SerialPort port = new(protocol, line.Device, rig.Reactor);
        port.RegisterProducer(producer, streaming: true);

        port.Write(new byte[200_000]);
        Assert.Equal(["pause"], producer.Journal);
        port.PauseProducing();
        _ = rig.Kernel.Files.Write(line.Master, "later"u8);
        await rig.Until(() => line.Take().Length == 200_000);
        await rig.Until(() => producer.Journal.Count == 2);
        Assert.Equal(0, protocol.ReceivedCount);
        await rig.Until(() => port.InWaiting == 5); // The kernel hands a terminal's bytes on a moment later.
        port.FlushInput();
        Assert.Equal(0, port.InWaiting);
        _ = rig.Kernel.Files.Write(line.Master, "now"u8);
        port.ResumeProducing();

        await rig.Until(() => protocol.ReceivedCount == 3);
        Assert.Equal(["pause", "resume"], producer.Journal);
        port.UnregisterProducer();
        port.LoseConnection();
        await rig.Until(() => protocol.LostCount == 1);
    });

    [Fact, Clause("SER-1")]
    public void ProtocolThrows_Anywhere_EndsThePort() => Run(async (rig, line) =>
    {
        InvalidOperationException made = new("made"), data = new("data");
        RecordingProtocol first = new() { OnMade = () => throw made };
        RecordingProtocol second = new() { OnData = _ => throw data };

        _ = new SerialPort(first, line.Device, rig.Reactor);
        Assert.Same(made, first.Reason);
        Assert.Same(made, rig.TakeError().Exception);
        _ = new SerialPort(second, line.Device, rig.Reactor);
        _ = rig.Kernel.Files.Write(line.Master, "x"u8);

        await rig.Until(() => second.LostCount == 1);
        Assert.Same(data, second.Reason);
        Assert.Same(data, rig.TakeError().Exception);
    });

    [Fact, Clause("SER-1")]
    public void LoseConnection_ADuplicateLivesOn_TheDeviceCanBeOpenedAgain() => Run(async (rig, line) =>
    {
        RecordingProtocol first = new();
        RecordingProtocol second = new();
        SerialPort port = new(first, line.Device, rig.Reactor);
        int duplicate = rig.Kernel.Files.Duplicate(Assert.Single(rig.Reactor.GetReaders()).Fileno()); // As a child has one that is being spawned.
        port.LoseConnection();
        await rig.Until(() => first.LostCount == 1);

        SerialPort again = new(second, line.Device, rig.Reactor);

        Assert.Equal(1, second.MadeCount);
        again.LoseConnection();
        await rig.Until(() => second.LostCount == 1);
        _ = rig.Kernel.Files.Close(duplicate);
    });

    [Fact, Clause("SER-1", "CORE-42")]
    public void ReactorStops_Protocol_IsLostOnce() => Run(async (rig, line) =>
    {
        RecordingProtocol protocol = new();
        _ = new SerialPort(protocol, line.Device, rig.Reactor);

        await rig.StopAsync();

        Assert.Equal(1, protocol.LostCount);
    });

    [Fact, Clause("SER-1", "SER-2")]
    public void Options_Line_IsDrivenSo() => Run(async (rig, line) =>
    {
        RecordingProtocol protocol = new();
        SerialOptions options = new() { BaudRate = 250_000, StopBits = 2, XonXoff = true, RtsCts = true };
        SerialPort port = new(protocol, line.Device, rig.Reactor, options);

        TerminalMode mode = line.Mode();
        Assert.Equal((250_000u, 250_000u), (mode.InputSpeed, mode.OutputSpeed)); // It has no name.
        Assert.Equal(TerminalMode.CSTOPB | TerminalMode.CRTSCTS, mode.Control & (TerminalMode.CSTOPB | TerminalMode.CRTSCTS));
        Assert.Equal(TerminalMode.IXON | TerminalMode.IXOFF, mode.Input & (TerminalMode.IXON | TerminalMode.IXOFF));
        port.SetBaudRate(115_200);
        Assert.Equal(115_200u, line.Mode().OutputSpeed);
        Assert.Equal(options with { BaudRate = 115_200 }, port.Options);
        port.LoseConnection();
        await rig.Until(() => protocol.LostCount == 1);
    });

    [Fact, Clause("SER-2")]
    public void ControlLines_AreTheDevices() => Run(async (rig, line) =>
    {
        ScriptedSerialLines lines = new(rig.Kernel.SerialLines);
        rig.Kernel.SerialLines = lines;
        RecordingProtocol protocol = new();
        SerialPort port = new(protocol, line.Device, rig.Reactor);

        lines.Raised = ControlLines.DataSetReady | ControlLines.RingIndicator;
        Assert.Equal((true, false, true, false), (port.IsDataSetReady, port.IsCarrierDetected, port.IsRinging, port.IsClearToSend));
        lines.Raised = ControlLines.CarrierDetect | ControlLines.ClearToSend;
        Assert.Equal((false, true, false, true), (port.IsDataSetReady, port.IsCarrierDetected, port.IsRinging, port.IsClearToSend));
        port.SetDataTerminalReady();
        port.SetRequestToSend(isOn: false);
        port.FlushOutput();
        port.SendBreak();

        await rig.Until(() => lines.Journal.Count == 6);
        Assert.Equal(["discard (True, True)", "DataTerminalReady True", "RequestToSend False", "discard (False, True)", "break True", "break False"], lines.Journal);
        port.SendBreak(); // One that is under way when the port closes ends with it.
        lines.Failure = Errno.ENOTTY;
        Assert.Equal(Errno.ENOTTY, Assert.Throws<SystemCallException>(() => port.IsRinging).Errno);
        port.LoseConnection();
        await rig.Until(() => protocol.LostCount == 1);
    });

    [Fact]
    public void Close_DeviceStillSends_IsDoneElsewhere() => Run(async (rig, line) =>
    {
        TrackedThreads threads = new(new LinuxKernel());
        rig.Kernel.WorkerThreads = threads;
        rig.Kernel.SerialLines = new ScriptedSerialLines(rig.Kernel.SerialLines) { Unsent = 5 };
        RecordingProtocol protocol = new();
        SerialPort port = new(protocol, line.Device, rig.Reactor);

        port.LoseConnection();

        await rig.Until(() => protocol.LostCount == 1);
        Wait.For(threads.Ended, "The closing");
    });

    [Fact, Clause("SER-1")]
    public void Constructor_CannotBe_SaysWhyAndLeavesNothing() => Run(async (rig, line) =>
    {
        RecordingProtocol protocol = new();
        SerialPort port = new(protocol, line.Device, rig.Reactor);

        Assert.Contains("in use", Assert.Throws<SerialPortException>(() => new SerialPort(new RecordingProtocol(), line.Device, rig.Reactor)).Message, StringComparison.Ordinal);
        Assert.Contains("no serial line", Assert.Throws<SerialPortException>(() => new SerialPort(new RecordingProtocol(), "/dev/null", rig.Reactor)).Message, StringComparison.Ordinal);
        SerialPortException missing = Assert.Throws<SerialPortException>(() => new SerialPort(new RecordingProtocol(), "/dev/no-such-line", rig.Reactor));
        Assert.Equal(("/dev/no-such-line", Errno.ENOENT), (missing.Device, missing.Errno));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SerialPort(new RecordingProtocol(), line.Device, rig.Reactor, new SerialOptions { ByteSize = 9 }));
        port.LoseConnection();
        await rig.Until(() => protocol.LostCount == 1);
        rig.Plan.FailNext(Kind == SelectorKind.Epoll ? Operation.EpollAdd : Operation.Statx, Errno.ENOMEM);
        RecordingProtocol unwatched = new();
        Assert.ThrowsAny<Exception>(() => new SerialPort(unwatched, line.Device, rig.Reactor));
        Assert.Equal((0, 0), (unwatched.MadeCount, unwatched.LostCount));
    });

    [Fact, Clause("SER-1")]
    public void Endpoint_OfAString_ConnectsAndStopsItsFactory() => Run(async (rig, line) =>
    {
        RecordingFactory factory = new(() => new RecordingProtocol()) { Name = "lines" };
        IStreamClientEndpoint endpoint = EndpointStrings.ParseClient(rig.Reactor, $"serial:{line.Device}:19200:stopbits=2");

        RecordingProtocol protocol = (RecordingProtocol)await endpoint.ConnectAsync(factory);

        Assert.Equal(19_200u, line.Mode().OutputSpeed);
        await Assert.ThrowsAsync<SerialPortException>(() => endpoint.ConnectAsync(Factory.For(_ => new RecordingProtocol())));
        await Assert.ThrowsAsync<NoProtocolException>(() => endpoint.ConnectAsync(Factory.For(_ => null)));
        await Assert.ThrowsAsync<ConnectingCancelledException>(() => endpoint.ConnectAsync(factory, new CancellationToken(canceled: true)));
        line.HangUp();
        await rig.Until(() => protocol.LostCount == 1);
        Assert.Equal("stop factory", factory.Journal[^1]);
    });

    /// <summary>The other side of the line.</summary>
    private sealed class Line
    {
        private readonly ReactorRig _rig;
        private readonly List<byte> _taken = [];

        public Line(ReactorRig rig)
        {
            _rig = rig;
            Master = rig.Kernel.Terminals.Open(out byte[] name);
            Assert.True(Master >= 0);
            Device = Encoding.ASCII.GetString(name).TrimEnd('\0');
        }

        public int Master { get; private set; }

        public string Device { get; }

        /// <summary>What has come until now.</summary>
        public byte[] Take()
        {
            Span<byte> buffer = stackalloc byte[4096];
            for (int count; Master >= 0 && (count = _rig.Kernel.Files.Read(Master, buffer)) > 0;)
            {
                _taken.AddRange(buffer[..count]);
            }

            return [.. _taken];
        }

        public TerminalMode Mode()
        {
            Assert.Equal(0, _rig.Kernel.Terminals.GetMode(Master, out TerminalMode mode));
            return mode;
        }

        public void HangUp()
        {
            if (Master >= 0)
            {
                _ = _rig.Kernel.Files.Close(Master);
                Master = -1;
            }
        }
    }

    /// <summary>Somebody else who has the device open.</summary>
    private sealed class TerminalHolder(ReactorRig rig, string device) : IDisposable
    {
        public int Fd { get; } = rig.Kernel.Files.Open(device, writable: true);

        public void Dispose() => rig.Kernel.Files.Close(Fd);
    }
}
