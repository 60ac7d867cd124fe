namespace Spindle.Tool.Demos;

/// <summary>One small exchange over one transport, all of it within this process. A new one is a class and a line in <see cref="DemoList"/>.</summary>
internal interface IDemo
{
    /// <summary>What is shown, in a few words.</summary>
    string Name { get; }

    /// <summary>Makes the exchange on the reactor's thread and leaves nothing behind.</summary>
    /// <returns>What was exchanged, for people. A failure is an exception.</returns>
    /// <exception cref="NotHereException">This machine has no such thing.</exception>
    Task<string> RunAsync(DemoContext context);
}
