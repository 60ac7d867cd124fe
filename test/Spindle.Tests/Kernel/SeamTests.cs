using System.Text.RegularExpressions;

namespace Spindle.Tests.Kernel;

/// <summary>Invariant I9: one seam to the kernel.</summary>
public sealed partial class SeamTests
{
    [Fact]
    public void Sources_Imports_AreInTheirTwoRoomsOnly()
    {
        string root = RepositoryRoot();
        string[] sources = [.. Directory.EnumerateFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))];
        string kernel = Path.Combine("src", "Spindle", "Kernel") + Path.DirectorySeparatorChar;
        string openSsl = Path.Combine("src", "Spindle", "Tls", "OpenSsl") + Path.DirectorySeparatorChar; // A library, not the system: decision 0018.
        string[] importing = [.. sources.Where(file => Import().IsMatch(File.ReadAllText(Path.Combine(root, file))))];

        Assert.Contains(kernel + "LinuxEpolls.cs", importing); // Else the search is wrong.
        Assert.All(importing, file => Assert.True(
            file.StartsWith(kernel, StringComparison.Ordinal) || file.StartsWith(openSsl, StringComparison.Ordinal), file));
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Spindle.slnx")))
        {
            folder = folder.Parent;
        }

        Assert.NotNull(folder);
        return folder.FullName;
    }

    [GeneratedRegex(@"\b(LibraryImport|DllImport)(Attribute)?\s*\(|\bNativeLibrary\.|\bMarshal\.GetDelegateForFunctionPointer\b")]
    private static partial Regex Import();
}
