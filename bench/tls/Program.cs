using System.Globalization;
using Spindle.Bench.Tls;

// One measurement of TLS, both ends in this process, which the caller has bound to one core.
// Arguments: spindle|sslstream handshakes|bulk|pingpong|idle SECONDS. Prints one line of numbers: see the script beside.

TimeSpan time = TimeSpan.FromSeconds(double.Parse(args[2], CultureInfo.InvariantCulture));
IContender contender = args[0] switch
{
    "spindle" => new SpindleContender(),
    "sslstream" => new SslStreamContender(),
    _ => throw new ArgumentException($"there is no {args[0]}"),
};
if (args[1] == "idle")
{
    contender.Run(new IdleMemory());
    return;
}

IWorkload workload = args[1] switch
{
    "handshakes" => new Handshakes(),
    "bulk" => new Bulk(),
    "pingpong" => new PingPong(),
    _ => throw new ArgumentException($"there is no {args[1]}"),
};
contender.Run(new Timed(workload, time));
