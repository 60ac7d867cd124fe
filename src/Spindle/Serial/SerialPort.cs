using System.Buffers;
using System.Net;
using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Loops;

namespace Spindle.Serial;

/// <summary>A serial line as the transport of a protocol.</summary>
/// <remarks>
/// <para>
/// The device is opened without waiting for a carrier, and kept from others who ask (flock(2), TIOCEXCL). What it had received
/// and had not sent is dropped. Its mode is not set back at the end: whoever opens it next sets his own.
/// </para>
/// <para>A line knows no end: the connection ends when the device goes away, or this side closes. Half a close sends what was written.</para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>internet/_posixserialport.py</c>, <c>SerialPort</c>.</para>
/// </remarks>
public sealed class SerialPort : ITransport, ILoggingContext
{
    private static readonly TimeSpan BreakTime = TimeSpan.FromSeconds(0.25); // As in pySerial.

    private readonly IDescriptorHost _host;
    private readonly SerialEnd _end;
    private readonly SerialAddress _address;
    private DelayedCall? _break;

    /// <summary>Opens a device and connects the protocol, which may be called within.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="device">The device's path, "/dev/ttyUSB0" for example.</param>
    /// <param name="reactor">The reactor; null for the one on the event loop that runs on this thread.</param>
    /// <param name="options">How the line is driven; null for 9,600 baud, 8 bits, no parity.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number in the options is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The reactor is disposed.</exception>
    /// <exception cref="SerialPortException">The device cannot be opened, is in use, is none, or cannot do what the options say.</exception>
    public SerialPort(IProtocol protocol, string device, IReactorFDSet? reactor = null, SerialOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        _address = new SerialAddress(device);
        options ??= new SerialOptions();
        options.Check();
        _host = IDescriptorHost.Of(reactor, "A serial port needs");
        Protocol = protocol;
        Options = options;
        int fd = Open();
        _end = new SerialEnd(_host, fd, this);
        try
        {
            _end.Start();
        }
        catch
        {
            _end.Cancel();
            Close(fd);
            throw;
        }

        Guard(static state => ((SerialPort)state!).Protocol.MakeConnection((SerialPort)state), this);
    }

    /// <summary>The protocol.</summary>
    public IProtocol Protocol { get; }

    /// <summary>How the line is driven.</summary>
    public SerialOptions Options { get; private set; }

    /// <summary>The protocol's prefix.</summary>
    public string LogPrefix => LogNames.Of(Protocol);

    /// <inheritdoc/>
    public bool IsDisconnecting => _end.IsDisconnecting;

    /// <summary>How many bytes have come and were not read yet. 0 after the end.</summary>
    public int InWaiting => _end.Fileno() < 0 ? 0 : Ask(Lines.CountWaiting(UsableFd()));

    /// <summary>Whether the other side is there (DSR).</summary>
    /// <exception cref="InvalidOperationException">The port is closed.</exception>
    /// <exception cref="SystemCallException">The device has no such line; and so for the others.</exception>
    public bool IsDataSetReady => IsRaised(ControlLines.DataSetReady);

    /// <summary>Whether a carrier is heard (CD).</summary>
    public bool IsCarrierDetected => IsRaised(ControlLines.CarrierDetect);

    /// <summary>Whether it rings (RI).</summary>
    public bool IsRinging => IsRaised(ControlLines.RingIndicator);

    /// <summary>Whether the other side takes data (CTS).</summary>
    public bool IsClearToSend => IsRaised(ControlLines.ClearToSend);

    private ISerialLines Lines => _host.Kernel.SerialLines;

    /// <summary>The device's address.</summary>
    public EndPoint GetHost() => _address;

    /// <summary>The device's address.</summary>
    public EndPoint GetPeer() => _address;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data) => _end.Write(data);

    /// <inheritdoc/>
    public void Write(in ReadOnlySequence<byte> data) => _end.Write(data);

    /// <inheritdoc/>
    public void RegisterProducer(IPullProducer producer, bool streaming) => _end.RegisterProducer(producer, streaming);

    /// <inheritdoc/>
    public void UnregisterProducer() => _end.UnregisterProducer();

    /// <inheritdoc/>
    public void PauseProducing() => _end.PauseProducing();

    /// <inheritdoc/>
    public void ResumeProducing() => _end.ResumeProducing();

    /// <summary>As <see cref="LoseConnection"/>.</summary>
    public void StopProducing() => LoseConnection();

    /// <summary>Closes when what was written is with the device, which sends it.</summary>
    public void LoseConnection() => _end.LoseConnection();

    /// <summary>Sends what was written, and takes no more. Nothing tells the other side of it.</summary>
    public void LoseWriteConnection() => _end.LoseWriteConnection();

    /// <summary>Drops what was written and closes; the reason, <see cref="TransportAbortedException"/>, is told in a later turn.</summary>
    public void AbortConnection() => _end.AbortConnection();

    /// <summary>Changes the speed, of what is still to be sent as well.</summary>
    /// <param name="baudRate">Bits in a second, 1 or more.</param>
    /// <exception cref="InvalidOperationException">The port is closed.</exception>
    /// <exception cref="SystemCallException">The device refuses.</exception>
    public void SetBaudRate(int baudRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(baudRate, 1);
        int fd = UsableFd();
        Ask(_host.Kernel.Terminals.GetMode(fd, out TerminalMode mode));
        mode = SerialOptions.WithBaudRate(mode, baudRate);
        Ask(_host.Kernel.Terminals.SetMode(fd, in mode));
        Options = Options with { BaudRate = baudRate };
    }

    /// <summary>Drops what has come and was not read.</summary>
    /// <exception cref="InvalidOperationException">The port is closed.</exception>
    /// <exception cref="SystemCallException">The device refuses; and so for the others.</exception>
    public void FlushInput() => Ask(Lines.Discard(UsableFd(), input: true, output: false));

    /// <summary>Drops what the device has taken and not sent. What waits here is sent still.</summary>
    /// <inheritdoc cref="FlushInput"/>
    public void FlushOutput() => Ask(Lines.Discard(UsableFd(), input: false, output: true));

    /// <summary>Sends a break of a quarter of a second; the call does not wait for it.</summary>
    /// <inheritdoc cref="FlushInput"/>
    public void SendBreak()
    {
        Ask(Lines.SetBreak(UsableFd(), isOn: true));
        if (_break is { IsActive: true } running)
        {
            running.Reset(BreakTime);
        }
        else
        {
            _break = _host.CallLater(BreakTime, EndBreak);
        }
    }

    /// <summary>Raises DTR or lowers it.</summary>
    /// <inheritdoc cref="FlushInput"/>
    public void SetDataTerminalReady(bool isOn = true) => Ask(Lines.SetLines(UsableFd(), ControlLines.DataTerminalReady, isOn));

    /// <summary>Raises RTS or lowers it.</summary>
    /// <inheritdoc cref="FlushInput"/>
    public void SetRequestToSend(bool isOn = true) => Ask(Lines.SetLines(UsableFd(), ControlLines.RequestToSend, isOn));

    /// <summary>The descriptor is closed.</summary>
    internal void Lost(Exception reason)
    {
        if (_break is { IsActive: true } running)
        {
            running.Cancel();
        }

        _host.Guard(this, static state => TellEnd(((IProtocol, Exception))state!), (Protocol, reason));
    }

    private static void TellEnd((IProtocol Protocol, Exception Reason) end) => end.Protocol.ConnectionLost(end.Reason);

    private int Open()
    {
        int fd = Lines.Open(_address.Device);
        int result = fd < 0 ? fd : SetUp(fd);
        if (result >= 0)
        {
            return fd;
        }

        if (fd >= 0)
        {
            Close(fd);
        }

        throw new SerialPortException(_address.Device, -result);
    }

    private int SetUp(int fd)
    {
        // First whether it is a line at all: anything can be locked.
        int result = _host.Kernel.Terminals.GetMode(fd, out TerminalMode mode);
        result = result < 0 ? result : Lines.Claim(fd);
        result = result < 0 ? result : _host.Kernel.Terminals.SetMode(fd, Options.ApplyTo(mode));
        return result < 0 ? result : Lines.Discard(fd, input: true, output: true);
    }

    private void Close(int fd)
    {
        Lines.Unclaim(fd);
        _ = _host.Kernel.Files.Close(fd);
    }

    private bool IsRaised(ControlLines line)
    {
        Ask(Lines.GetLines(UsableFd(), out ControlLines lines));
        return (lines & line) != 0;
    }

    private void EndBreak() => _ = _end.Fileno() < 0 ? 0 : Lines.SetBreak(_end.Fileno(), isOn: false);

    private int UsableFd()
    {
        _host.EnsureAccess();
        return _end.Fileno() is >= 0 and var fd ? fd : throw new InvalidOperationException($"{_address.Device} is closed.");
    }

    private void Guard(Action<object?> call, object state)
    {
        if (_host.Guard(this, call, state) is { } failure)
        {
            _end.ConnectionLost(failure);
        }
    }

    private static int Ask(int result) => result >= 0 ? result : throw new SystemCallException("ioctl", -result);
}
