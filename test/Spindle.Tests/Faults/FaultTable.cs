using Spindle.Kernel;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Faults;

/// <summary>
/// How each call can go wrong, by its manual page. Left out are EFAULT and its like, which only a wrong argument brings,
/// and EINTR where the kernel seam retries by itself.
/// </summary>
internal static class FaultTable
{
    private const int EBUSY = 16;
    private const int ENODEV = 19;
    private const int EROFS = 30;
    private const int ENAMETOOLONG = 36;
    private const int ELOOP = 40;
    private const int EDESTADDRREQ = 89;
    private const int EPROTOTYPE = 91;
    private const int EPROTONOSUPPORT = 93;
    private const int ETOOMANYREFS = 109;
    private const int EDQUOT = 122;

    private static readonly int[] OfSending =
    [
        Errno.EACCES, Errno.EAGAIN, Errno.EALREADY, Errno.EBADF, Errno.ECONNRESET, EDESTADDRREQ, Errno.EINVAL, Errno.EISCONN,
        Errno.EMSGSIZE, Errno.ENOBUFS, Errno.ENOMEM, Errno.ENOTCONN, Errno.ENOTSOCK, Errno.EOPNOTSUPP, Errno.EPIPE, Errno.ETIMEDOUT,
        Errno.EHOSTUNREACH, Errno.ENETUNREACH, Errno.ENETDOWN,
    ];

    /// <summary>Everything that can happen to one call.</summary>
    public static IEnumerable<(FaultKind Kind, int Value)> Of(Operation operation) => operation switch
    {
        Operation.EpollCreate => Errors(Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM),
        Operation.EpollAdd => [.. Errors(Errno.EBADF, Errno.EINVAL, ELOOP, Errno.ENOMEM, Errno.ENOSPC, Errno.EPERM), (FaultKind.ErrorAfter, Errno.EEXIST)],
        Operation.EpollModify => Errors(Errno.EBADF, Errno.EINVAL, Errno.ENOENT, Errno.ENOMEM),
        Operation.EpollDelete => ErrorsAfter(Errno.EBADF, Errno.EINVAL, Errno.ENOENT, Errno.ENOMEM),
        Operation.EpollWait or Operation.Poll or Operation.Select => Errors(Errno.EINTR),
        Operation.EventFd => Errors(Errno.EINVAL, Errno.EMFILE, Errno.ENFILE, ENODEV, Errno.ENOMEM),
        Operation.EventFdRead => Errors(Errno.EBADF, Errno.EINVAL, Errno.EIO),
        Operation.EventFdWrite => ErrorsAfter(Errno.EBADF, Errno.EINVAL, Errno.EIO), // One that has not woken: WakeUpTests.
        Operation.Open => Errors(Errno.EACCES, Errno.EINTR, Errno.EMFILE, Errno.ENFILE, ENODEV, Errno.ENOENT, Errno.ENOMEM, Errno.EPERM),
        Operation.Statx => Errors(Errno.EACCES, Errno.EBADF, Errno.EINVAL, Errno.ENOENT, Errno.ENOMEM),
        Operation.Close => ErrorsAfter(Errno.EBADF, EDQUOT, Errno.EINTR, Errno.EIO, Errno.ENOSPC),
        Operation.Socket => Errors(Errno.EACCES, Errno.EAFNOSUPPORT, Errno.EINVAL, Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM, EPROTONOSUPPORT),
        Operation.Bind => Errors(Errno.EACCES, Errno.EADDRINUSE, Errno.EADDRNOTAVAIL, Errno.EBADF, Errno.EINVAL, Errno.ENOMEM, Errno.ENOTSOCK),
        Operation.Listen => Errors(Errno.EADDRINUSE, Errno.EBADF, Errno.ENOTSOCK, Errno.EOPNOTSUPP),
        Operation.Accept => Errors(
            Errno.EAGAIN, Errno.ECONNABORTED, Errno.EHOSTUNREACH, Errno.EHOSTDOWN, Errno.EINVAL, Errno.EMFILE, Errno.ENETDOWN, Errno.ENETUNREACH, Errno.ENFILE,
            Errno.ENOBUFS, Errno.ENOMEM, Errno.ENONET, Errno.ENOPROTOOPT, Errno.ENOTSOCK, Errno.EOPNOTSUPP, Errno.EPERM, Errno.EPROTO, Errno.ETIMEDOUT),
        Operation.Connect => [.. Errors(
            Errno.EACCES, Errno.EADDRINUSE, Errno.EADDRNOTAVAIL, Errno.EAFNOSUPPORT, Errno.EAGAIN, Errno.EBADF, Errno.ECONNREFUSED, Errno.EHOSTUNREACH,
            Errno.ENETUNREACH, Errno.ENOTSOCK, Errno.EPERM, EPROTOTYPE, Errno.ETIMEDOUT),
            .. ErrorsAfter(Errno.EALREADY, Errno.EINPROGRESS, Errno.EINTR, Errno.EISCONN),
            (FaultKind.Outcome, 0)],
        Operation.GetSockName or Operation.GetPeerName => Errors(Errno.EBADF, Errno.EINVAL, Errno.ENOBUFS, Errno.ENOTCONN, Errno.ENOTSOCK),
        Operation.GetSockOpt => [.. Errors(Errno.EBADF, Errno.EINVAL, Errno.ENOPROTOOPT, Errno.ENOTSOCK),
            .. Outcomes(Errno.EALREADY, Errno.ECONNREFUSED, Errno.ECONNRESET, Errno.EHOSTUNREACH, Errno.EINPROGRESS, Errno.EISCONN, Errno.ENETUNREACH, Errno.ETIMEDOUT)],
        Operation.SetSockOpt => Errors(Errno.EBADF, Errno.EINVAL, Errno.ENOBUFS, Errno.ENOMEM, Errno.ENOPROTOOPT, Errno.ENOTSOCK),
        Operation.Receive => [.. Errors(
            Errno.EAGAIN, Errno.EBADF, Errno.ECONNREFUSED, Errno.ECONNRESET, Errno.EHOSTUNREACH, Errno.EINVAL, Errno.ENOMEM, Errno.ENOTCONN, Errno.ENOTSOCK,
            Errno.ETIMEDOUT),
            (FaultKind.Limit, 1), (FaultKind.Half, 0)],
        Operation.Discard => Errors(Errno.EAGAIN, Errno.EBADF, Errno.ECONNRESET, Errno.EINVAL, Errno.ENOMEM, Errno.ENOTCONN, Errno.ENOTSOCK),
        Operation.CountUndelivered => [.. Errors(Errno.EBADF, Errno.EINVAL), .. Outcomes(0, 1)],
        Operation.Send or Operation.SendMessage => [.. Errors(OfSending), (FaultKind.Limit, 1), (FaultKind.Half, 0)],
        Operation.ReceiveDatagrams => Errors(
            Errno.EACCES, Errno.EAGAIN, Errno.EBADF, Errno.ECONNREFUSED, Errno.EHOSTDOWN, Errno.EHOSTUNREACH, Errno.EINVAL, Errno.EIO, Errno.EMSGSIZE,
            Errno.ENETDOWN, Errno.ENETUNREACH, Errno.ENOMEM, Errno.ENONET, Errno.ENOPROTOOPT, Errno.ENOTCONN, Errno.ENOTSOCK, Errno.EOPNOTSUPP, Errno.EPROTO),
        Operation.SendDatagrams or Operation.SendDatagram => Errors([.. OfSending, Errno.ECONNREFUSED, Errno.EIO, Errno.EPERM]),
        Operation.ChangeMembership => Errors(Errno.EADDRINUSE, Errno.EADDRNOTAVAIL, Errno.EBADF, Errno.EINVAL, ENODEV, Errno.ENOBUFS),
        Operation.SendDescriptor => Errors([.. OfSending, Errno.EPERM, Errno.EMFILE, ETOOMANYREFS]),
        Operation.ReceiveDescriptors => [.. Of(Operation.Receive), (FaultKind.Outcome, 0)],
        Operation.Duplicate => Errors(Errno.EBADF, Errno.EINVAL, Errno.EMFILE),
        Operation.Link => Errors(
            Errno.EACCES, EDQUOT, Errno.EEXIST, Errno.EIO, ELOOP, ENAMETOOLONG, Errno.ENOENT, Errno.ENOMEM, Errno.ENOSPC, Errno.ENOTDIR, Errno.EPERM, EROFS),
        Operation.ReadLink => Errors(Errno.EACCES, Errno.EINVAL, Errno.EIO, ELOOP, ENAMETOOLONG, Errno.ENOENT, Errno.ENOMEM, Errno.ENOTDIR),
        Operation.Unlink => Errors(Errno.EACCES, EBUSY, Errno.EIO, ELOOP, Errno.ENOENT, Errno.ENOMEM, Errno.ENOTDIR, Errno.EPERM, EROFS),
        Operation.ChangeMode => Errors(Errno.EACCES, Errno.EIO, ELOOP, Errno.ENOENT, Errno.ENOMEM, Errno.ENOTDIR, Errno.EPERM, EROFS),
        Operation.StatPath => Errors(Errno.EACCES, Errno.EINVAL, ELOOP, ENAMETOOLONG, Errno.ENOENT, Errno.ENOMEM, Errno.ENOTDIR),
        Operation.Probe => Errors(Errno.EPERM),
        Operation.Shutdown => ErrorsAfter(Errno.EBADF, Errno.EINVAL, Errno.ENOTCONN, Errno.ENOTSOCK),
        _ => [],
    };

    private static IEnumerable<(FaultKind Kind, int Value)> Errors(params int[] errnos) => errnos.Select(errno => (FaultKind.Error, errno));

    private static IEnumerable<(FaultKind Kind, int Value)> ErrorsAfter(params int[] errnos) => errnos.Select(errno => (FaultKind.ErrorAfter, errno));

    private static IEnumerable<(FaultKind Kind, int Value)> Outcomes(params int[] values) => values.Select(value => (FaultKind.Outcome, value));
}
