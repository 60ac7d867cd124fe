namespace Spindle.Kernel;

/// <summary>The control lines of a serial line; the numbers are Linux's.</summary>
[Flags]
internal enum ControlLines
{
    None = 0,
    DataTerminalReady = 2,
    RequestToSend = 4,
    ClearToSend = 0x20,
    CarrierDetect = 0x40,
    RingIndicator = 0x80,
    DataSetReady = 0x100,
}
