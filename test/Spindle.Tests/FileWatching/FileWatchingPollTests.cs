using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.FileWatching;

public sealed class FileWatchingPollTests : FileWatchingContract
{
    private protected override SelectorKind Kind => SelectorKind.Poll;
}
