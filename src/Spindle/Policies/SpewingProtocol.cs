using System.Buffers;
using Microsoft.Extensions.Logging;

namespace Spindle.Policies;

/// <summary>Writes the traffic of one connection to the log; see <see cref="SpewingFactory"/>.</summary>
internal sealed class SpewingProtocol(SpewingFactory factory, IProtocol wrapped, ILogger logger) : ProtocolWrapper(factory, wrapped)
{
    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            PolicyLog.Received(logger, LogPrefix, TrafficText.Quote(data));
        }

        base.DataReceived(data);
    }

    public override void Write(ReadOnlySpan<byte> data)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            PolicyLog.Sending(logger, LogPrefix, TrafficText.Quote(data));
        }

        base.Write(data);
    }

    public override void Write(in ReadOnlySequence<byte> data)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            PolicyLog.Sending(logger, LogPrefix, TrafficText.Quote(in data));
        }

        base.Write(in data);
    }
}
