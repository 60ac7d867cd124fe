namespace Spindle.Processes;

/// <summary>This process's end of a pipe to a child.</summary>
/// <param name="ChildFD">The number that the child has its end under.</param>
/// <param name="Fd">The descriptor.</param>
/// <param name="IsReading">Whether the child writes and we read.</param>
internal readonly record struct ParentPipe(int ChildFD, int Fd, bool IsReading);
