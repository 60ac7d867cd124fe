using System.Diagnostics;
using System.Text;

namespace Spindle.EndToEnd.Tests;

/// <summary>Somebody at a keyboard: types, and waits until something is shown.</summary>
internal sealed class Dialogue : IDisposable
{
    /// <summary>What the outer shell shows when it is ready: no shell within it shows the same.</summary>
    public const string Prompt = "ready> ";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _shown = new();
    private readonly Lock _lock = new();
    private readonly Task _reading;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Dialogue(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["TERM"] = "dumb"; // Else bash dresses its prompt up.
        start.Environment["PS1"] = Prompt;
        _process = Process.Start(start)!;
        _reading = ReadAsync();
    }

    /// <summary>Types a line, and waits for what comes of it; what was shown before does not count, nor does the line itself.</summary>
    /// <returns>What was shown, the line left out.</returns>
    public async Task<string> SayAsync(string line, string expected)
    {
        int from = Shown.Length;
        await TypeAsync(line + "\n");
        return await ExpectAsync(expected, from, echoed: line);
    }

    /// <summary>Types a key, and waits for what comes of it.</summary>
    public async Task PressAsync(char key, string expected)
    {
        int from = Shown.Length;
        await TypeAsync(key.ToString());
        await ExpectAsync(expected, from, echoed: null);
    }

    /// <summary>Waits for the program's end.</summary>
    public async Task<string> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
        return Shown;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private string Shown
    {
        get
        {
            lock (_lock)
            {
                return _shown.ToString();
            }
        }
    }

    private async Task TypeAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string> ExpectAsync(string expected, int from, string? echoed)
    {
        using CancellationTokenSource patience = new(Patience);
        while (true)
        {
            Task more;
            string shown;
            lock (_lock)
            {
                more = _more.Task;
                shown = _shown.ToString(from, _shown.Length - from);
            }

            string rest = echoed is null ? shown : shown.Replace(echoed, "", StringComparison.Ordinal);
            if (rest.Contains(expected, StringComparison.Ordinal))
            {
                return rest;
            }

            Assert.False(patience.IsCancellationRequested || _reading.IsCompleted, $"\"{expected}\" was not shown after \"{echoed}\", but: {shown}");
            try
            {
                await Task.WhenAny(more, _reading).WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                // What was shown instead is told above.
            }
        }
    }

    private async Task ReadAsync()
    {
        char[] buffer = new char[4096];
        for (int count; (count = await _process.StandardOutput.ReadAsync(buffer)) > 0;)
        {
            lock (_lock)
            {
                _shown.Append(buffer, 0, count);
                _more.SetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        lock (_lock)
        {
            _more.TrySetResult();
        }
    }
}
