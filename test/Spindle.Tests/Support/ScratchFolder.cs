namespace Spindle.Tests.Support;

/// <summary>A folder of a test's own, gone with the test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("spindle-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Puts a program of the system there, under a name. A file that is written now could be busy: a child of another test's may hold it.</summary>
    public void Link(string name, string program) => System.IO.File.CreateSymbolicLink(File(name), program);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
