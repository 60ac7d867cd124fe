using System.Globalization;
using Spindle;
using Spindle.Threads;

/// <summary>For each line with a number: how many primes are below it.</summary>
internal sealed class PrimeProtocol(AsyncSelectorReactor reactor) : LineReceiver
{
    private readonly CancellationTokenSource _gone = new();

    public override void ConnectionMade() => Delimiter = "\n"u8;

    public override void LineReceived(ReadOnlySpan<byte> line)
    {
        // The line is valid during this call only; the number is all that is needed later.
        if (int.TryParse(line.TrimEnd((byte)'\r'), NumberStyles.None, CultureInfo.InvariantCulture, out int limit))
        {
            reactor.Spawn(() => AnswerAsync(limit));
        }
        else
        {
            SendLine("a number, please");
        }
    }

    public override void ConnectionLost(Exception reason) => _gone.Cancel();

    private async Task AnswerAsync(int limit)
    {
        try
        {
            // The loop serves the others while a thread of the reactor's pool counts.
            int primes = await reactor.DeferToThread(() => CountPrimes(limit), _gone.Token);
            SendLine($"{primes} below {limit}"); // On the loop's thread again.
        }
        catch (OperationCanceledException)
        {
            // The client is gone: nobody wants to know.
        }
    }

    private int CountPrimes(int limit)
    {
        int primes = 0;
        for (int number = 2; number < limit; number++)
        {
            _gone.Token.ThrowIfCancellationRequested();
            primes += IsPrime(number) ? 1 : 0;
            if (number % 1_000_000 == 0)
            {
                int done = number;
                reactor.CallFromThread(() => SendLine($"{done} of {limit}"));
            }
        }

        return primes;
    }

    private static bool IsPrime(int number)
    {
        for (int divisor = 2; (long)divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
            {
                return false;
            }
        }

        return true;
    }
}
