namespace Spindle.Selectors;

/// <summary>The selectors there are, best first.</summary>
public enum SelectorKind
{
    /// <summary>epoll(7): the cost of a wait grows with what is ready, not with what is watched.</summary>
    Epoll,

    /// <summary>poll(2): works wherever POSIX does; each wait walks over all that is watched.</summary>
    Poll,

    /// <summary>select(2): as poll, with bitmaps as long as the highest descriptor.</summary>
    Select,
}
