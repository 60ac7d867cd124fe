using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Spindle.Processes;

/// <summary>Logs what a process writes, line by line. What is longer than 16,384 bytes is logged in pieces.</summary>
internal sealed class LogLines(ILogger logger, string name)
{
    private const int MaxLine = 16_384;

    private readonly ArrayBufferWriter<byte> _line = new();

    public void Add(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int end = data.IndexOf((byte)'\n');
            ReadOnlySpan<byte> piece = end >= 0 ? data[..end] : data;
            int room = MaxLine - _line.WrittenCount;
            if (piece.Length > room)
            {
                _line.Write(piece[..room]);
                data = data[room..];
                Flush();
                continue;
            }

            _line.Write(piece);
            data = data[(end >= 0 ? end + 1 : piece.Length)..];
            if (end >= 0)
            {
                Log();
            }
        }
    }

    /// <summary>Logs what is left of a last line without an end.</summary>
    public void Flush()
    {
        if (_line.WrittenCount > 0)
        {
            Log();
        }
    }

    private void Log()
    {
        ProcessLog.Line(logger, name, Encoding.UTF8.GetString(_line.WrittenSpan).TrimEnd('\r'));
        _line.ResetWrittenCount();
    }
}
