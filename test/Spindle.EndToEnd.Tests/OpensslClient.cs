using System.Diagnostics;
using System.Text;

namespace Spindle.EndToEnd.Tests;

/// <summary>openssl s_client: says lines, and goes when it has heard what it waits for.</summary>
/// <remarks>The end of its input makes it leave whatever is still to come, hence the input is open until the answer is there.</remarks>
internal static class OpensslClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Says a line, and leaves when the server has answered, or when it ends by itself.</summary>
    /// <param name="options">What follows <c>s_client</c>, for bash.</param>
    /// <param name="line">What is said once there is a connection.</param>
    /// <param name="answer">A text to wait for, in whatever case. Null: it ends by itself.</param>
    /// <returns>All that it has printed, errors too.</returns>
    public static async Task<string> TalkAsync(string options, string line, string? answer)
    {
        ProcessStartInfo start = new("bash", ["-c", $"exec 2>&1; exec openssl s_client {options}"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource patience = new(Patience);
        try
        {
            await SayAsync(process, line, patience.Token);
            return await HearAsync(process, answer, patience.Token);
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task SayAsync(Process process, string line, CancellationToken patience)
    {
        try
        {
            await process.StandardInput.WriteAsync(line + "\n");
            await process.StandardInput.FlushAsync(patience);
        }
        catch (IOException)
        {
            // It was sent away before it could hear anything; it says why.
        }
    }

    private static async Task<string> HearAsync(Process process, string? answer, CancellationToken patience)
    {
        StringBuilder said = new();
        char[] buffer = new char[4096];
        bool isOpen = true;
        for (int count; (count = await process.StandardOutput.ReadAsync(buffer, patience)) > 0;)
        {
            said.Append(buffer, 0, count);
            if (isOpen && answer is not null && said.ToString().Contains(answer, StringComparison.OrdinalIgnoreCase))
            {
                isOpen = false;
                process.StandardInput.Close();
            }
        }

        return said.ToString();
    }
}
