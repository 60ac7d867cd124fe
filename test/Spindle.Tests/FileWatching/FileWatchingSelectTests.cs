using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.FileWatching;

public sealed class FileWatchingSelectTests : FileWatchingContract
{
    private protected override SelectorKind Kind => SelectorKind.Select;
}
