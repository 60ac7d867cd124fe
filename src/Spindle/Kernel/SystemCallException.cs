namespace Spindle;

/// <summary>A system call failed in a way for which there is no exception of its own.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class SystemCallException : SpindleException
{
    /// <summary>Makes one.</summary>
    /// <param name="call">The call, by its manual page's name: "epoll_ctl".</param>
    /// <param name="errno">The error number.</param>
    public SystemCallException(string call, int errno)
        : base($"{call} failed: {Kernel.Errno.Describe(errno)} (errno {errno}).", errno) => Call = call;

    /// <summary>The call's name, "epoll_ctl" for example.</summary>
    public string Call { get; }
}
