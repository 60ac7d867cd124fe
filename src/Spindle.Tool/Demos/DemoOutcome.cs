namespace Spindle.Tool.Demos;

/// <summary>How a demo ended.</summary>
/// <param name="Name">Of the demo.</param>
/// <param name="Exchanged">What was exchanged, or why nothing was.</param>
/// <param name="Result">How it went.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record DemoOutcome(string Name, string Exchanged, DemoResult Result, double Milliseconds);
