namespace Spindle;

/// <summary>The process has its reactor already.</summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>Source: Twisted's <c>error.ReactorAlreadyInstalledError</c>.</para>
/// </remarks>
public sealed class ReactorAlreadyInstalledException : InvalidOperationException
{
    /// <summary>Makes one.</summary>
    public ReactorAlreadyInstalledException()
        : base("A reactor is already installed.")
    {
    }

    /// <summary>Makes one with another text.</summary>
    public ReactorAlreadyInstalledException(string message)
        : base(message)
    {
    }
}
