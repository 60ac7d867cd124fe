using System.Globalization;
using System.Text;
using Spindle;
using Spindle.Loops;
using Spindle.Policies;

/// <summary>SET key value, GET key, WAIT key seconds, QUIT: a line each, answered with a line.</summary>
internal sealed class StoreProtocol(IReactorTime reactor, Store store) : LineReceiver
{
    private static readonly TimeSpan MaxIdle = TimeSpan.FromMinutes(1);

    private IdleTimeout? _idle;
    private DelayedCall? _waitLimit;
    private string? _awaited; // The key that the client waits for.

    public override void ConnectionMade()
    {
        Delimiter = "\n"u8;
        MaxLength = 1_000;
        _idle = new IdleTimeout(reactor, CloseIdle);
        _idle.Set(MaxIdle);
    }

    public override void LineReceived(ReadOnlySpan<byte> line)
    {
        _idle!.Reset();
        switch (Encoding.UTF8.GetString(line).TrimEnd('\r').Split(' ', 3))
        {
            case ["SET", string key, string value]:
                store.Set(key, value);
                SendLine("OK");
                break;
            case ["GET", string key]:
                Answer(store.Get(key));
                break;
            case ["WAIT", string key, string text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds):
                Wait(key, TimeSpan.FromSeconds(seconds));
                break;
            case ["QUIT"]:
                Transport.LoseConnection();
                break;
            default:
                SendLine("ERROR: SET key value, GET key, WAIT key seconds, or QUIT");
                break;
        }
    }

    public override void LineLengthExceeded(ReadOnlySpan<byte> data)
    {
        SendLine($"ERROR: a line has at most {MaxLength} bytes");
        Transport.LoseConnection();
    }

    public override void ConnectionLost(Exception reason)
    {
        _idle!.Cancel();
        StopWaiting();
    }

    private void Wait(string key, TimeSpan limit)
    {
        if (store.Get(key) is { } value)
        {
            Answer(value);
            return;
        }

        PauseProducing();  // Answers come in the order of the questions: no further line until this one is answered.
        _idle!.Set(null);  // It is the client who waits now.
        _awaited = key;
        store.Changed += StoreChanged;
        _waitLimit = reactor.CallLater(limit, EndWait);
    }

    private void StoreChanged(string key)
    {
        if (key == _awaited)
        {
            EndWait();
        }
    }

    private void EndWait()
    {
        string? value = store.Get(_awaited!);
        StopWaiting();
        Answer(value);
        _idle!.Set(MaxIdle);
        ResumeProducing(); // Delivers the lines that have come meanwhile.
    }

    private void StopWaiting()
    {
        store.Changed -= StoreChanged;
        _awaited = null;
        if (_waitLimit is { IsActive: true })
        {
            _waitLimit.Cancel();
        }
    }

    private void Answer(string? value) => SendLine(value is null ? "NONE" : $"VALUE {value}");

    private void CloseIdle()
    {
        SendLine("ERROR: nothing was said for a minute");
        Transport.LoseConnection();
    }
}
