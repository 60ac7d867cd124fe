using System.Text;

namespace Spindle.Tests.Testing;

/// <summary>Keeps what it hears of a child process, and does in each callback what the test has put there.</summary>
internal sealed class RecordingProcess(string name = "process") : IProcessProtocol, ILoggingContext
{
    private readonly Dictionary<int, List<byte>> _received = [];

    public string LogPrefix => name;

    /// <summary>What happened, in order; data only once for each descriptor in a row.</summary>
    public List<string> Journal { get; } = [];

    public IProcessTransport Transport { get; private set; } = null!;

    public Exception? ExitReason { get; private set; }

    public Exception? EndReason { get; private set; }

    public List<int> ChunkSizes { get; } = [];

    public bool IsExited => ExitReason is not null;

    public bool IsEnded => EndReason is not null;

    public Action? OnMade { get; set; }

    public Action<int, byte[]>? OnData { get; set; }

    public Action<int>? OnPipeLost { get; set; }

    public Action<Exception>? OnExited { get; set; }

    public Action<Exception>? OnEnded { get; set; }

    public string Output => Text(1);

    public string Errors => Text(2);

    public byte[] Bytes(int childFD) => [.. _received.GetValueOrDefault(childFD) ?? []];

    public string Text(int childFD) => Encoding.UTF8.GetString(Bytes(childFD));

    public int Count(string what) => Journal.Count(entry => entry == what);

    public void MakeConnection(IProcessTransport transport)
    {
        Transport = transport;
        Note("made");
        OnMade?.Invoke();
    }

    public void ChildDataReceived(int childFD, ReadOnlySpan<byte> data)
    {
        ChunkSizes.Add(data.Length);
        if (!_received.TryGetValue(childFD, out List<byte>? bytes))
        {
            _received[childFD] = bytes = [];
        }

        bytes.AddRange(data);
        if (Journal is not [.., var last] || last != $"data {childFD}")
        {
            Note($"data {childFD}");
        }

        OnData?.Invoke(childFD, data.ToArray());
    }

    public void ChildConnectionLost(int childFD)
    {
        Note($"lost {childFD}");
        OnPipeLost?.Invoke(childFD);
    }

    public void ProcessExited(Exception reason)
    {
        ExitReason = reason;
        Note("exited");
        OnExited?.Invoke(reason);
    }

    public void ProcessEnded(Exception reason)
    {
        EndReason = reason;
        Note("ended");
        OnEnded?.Invoke(reason);
    }

    private void Note(string what) => Journal.Add(what);
}
