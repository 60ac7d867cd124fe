using Spindle.Descriptors;
using Spindle.Kernel;
using Spindle.Loops;
using Spindle.Protocols;
using Spindle.Testing;

namespace Spindle.Tests.Protocols;

/// <summary>The reactor as a factory sees it, with a clock that the test moves and chance that the test decides.</summary>
internal sealed class RecordingHost : IFactoryHost, IRandomness
{
    public Clock Clock { get; } = new();

    public List<string> Messages { get; } = [];

    /// <summary>The numbers that come next; then zeros.</summary>
    public Queue<double> Numbers { get; } = new();

    public IRandomness Randomness => this;

    public void Use(IHostedFactory factory) => factory.UseOn(this);

    public DelayedCall CallLater(TimeSpan delay, Action call) => Clock.CallLater(delay, call);

    public void LogInformation(string message) => Messages.Add(message);

    public void LogError(ILoggingContext owner, string what, Exception exception) => Messages.Add(what);

    public double NextDouble() => Numbers.TryDequeue(out double number) ? number : 0;
}
