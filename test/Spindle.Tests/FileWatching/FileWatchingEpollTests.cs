using Spindle.Selectors;
using Spindle.Tests.Contracts;

namespace Spindle.Tests.FileWatching;

public sealed class FileWatchingEpollTests : FileWatchingContract
{
    private protected override SelectorKind Kind => SelectorKind.Epoll;
}
