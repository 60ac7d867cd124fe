namespace Spindle.Tool.Demos;

/// <summary>This machine lacks what a demo shows; that is no failure.</summary>
internal sealed class NotHereException(string message) : Exception(message);
