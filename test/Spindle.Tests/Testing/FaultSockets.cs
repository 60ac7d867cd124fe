using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultSockets(ISockets inner, FaultPlan plan) : ISockets
{
    public int Create(int family, int type, int protocol)
    {
        Fault? fault = plan.Begin(Operation.Socket);
        int result = fault is { IsMade: false } ? 0 : inner.Create(family, type, protocol);
        return plan.End(Operation.Socket, -1, fault?.Result ?? result);
    }

    public int Bind(int fd, ReadOnlySpan<byte> address)
    {
        Fault? fault = plan.Begin(Operation.Bind);
        int result = fault is { IsMade: false } ? 0 : inner.Bind(fd, address);
        return plan.End(Operation.Bind, fd, fault?.Result ?? result);
    }

    public int Listen(int fd, int backlog)
    {
        Fault? fault = plan.Begin(Operation.Listen);
        int result = fault is { IsMade: false } ? 0 : inner.Listen(fd, backlog);
        return plan.End(Operation.Listen, fd, fault?.Result ?? result);
    }

    public int Accept(int fd, Span<byte> peer, out int peerLength)
    {
        peerLength = 0;
        Fault? fault = plan.Begin(Operation.Accept);
        int result = fault is { IsMade: false } ? 0 : inner.Accept(fd, peer, out peerLength);
        return plan.End(Operation.Accept, fd, fault?.Result ?? result);
    }

    public int Connect(int fd, ReadOnlySpan<byte> address)
    {
        Fault? fault = plan.Begin(Operation.Connect);
        int result = fault is { IsMade: false } ? 0 : inner.Connect(fd, address);
        return plan.End(Operation.Connect, fd, fault?.Result ?? (fault is null ? result : fault.Value));
    }

    public int GetLocalAddress(int fd, Span<byte> address)
    {
        Fault? fault = plan.Begin(Operation.GetSockName);
        int result = fault is { IsMade: false } ? 0 : inner.GetLocalAddress(fd, address);
        return plan.End(Operation.GetSockName, fd, fault?.Result ?? result);
    }

    public int GetPeerAddress(int fd, Span<byte> address)
    {
        Fault? fault = plan.Begin(Operation.GetPeerName);
        int result = fault is { IsMade: false } ? 0 : inner.GetPeerAddress(fd, address);
        return plan.End(Operation.GetPeerName, fd, fault?.Result ?? result);
    }

    public int GetOption(int fd, int level, int option, out int value)
    {
        value = 0;
        Fault? fault = plan.Begin(Operation.GetSockOpt);
        int result = fault?.Result ?? inner.GetOption(fd, level, option, out value);
        value = fault is { Kind: FaultKind.Outcome } ? fault.Value : value;
        return plan.End(Operation.GetSockOpt, fd, result);
    }

    public int SetOption(int fd, int level, int option, int value)
    {
        Fault? fault = plan.Begin(Operation.SetSockOpt);
        int result = fault is { IsMade: false } ? 0 : inner.SetOption(fd, level, option, value);
        return plan.End(Operation.SetSockOpt, fd, fault?.Result ?? result);
    }

    public int SetLingerZero(int fd)
    {
        Fault? fault = plan.Begin(Operation.SetSockOpt);
        int result = fault is { IsMade: false } ? 0 : inner.SetLingerZero(fd);
        return plan.End(Operation.SetSockOpt, fd, fault?.Result ?? result);
    }

    public int IgnoreNewClients(int fd)
    {
        Fault? fault = plan.Begin(Operation.SetSockOpt);
        int result = fault is { IsMade: false } ? 0 : inner.IgnoreNewClients(fd);
        return plan.End(Operation.SetSockOpt, fd, fault?.Result ?? result);
    }

    public int Receive(int fd, Span<byte> buffer)
    {
        Fault? fault = plan.Begin(Operation.Receive);
        int result = fault?.Result ?? inner.Receive(fd, buffer[..(fault?.Cut(buffer.Length) ?? buffer.Length)]);
        if (fault is { Kind: FaultKind.Outcome })
        {
            buffer.Fill((byte)fault.Value);
            result = buffer.Length;
        }

        return plan.End(Operation.Receive, fd, result);
    }

    public int Discard(int fd)
    {
        Fault? fault = plan.Begin(Operation.Discard);
        return plan.End(Operation.Discard, fd, fault?.Result ?? inner.Discard(fd));
    }

    public int CountUndelivered(int fd)
    {
        Fault? fault = plan.Begin(Operation.CountUndelivered);
        int result = fault?.Result ?? inner.CountUndelivered(fd);
        return plan.End(Operation.CountUndelivered, fd, fault is { Kind: FaultKind.Outcome } ? fault.Value : result);
    }

    public int Send(int fd, ReadOnlySpan<byte> data)
    {
        Fault? fault = plan.Begin(Operation.Send);
        int result = fault?.Result ?? inner.Send(fd, data[..(fault?.Cut(data.Length) ?? data.Length)]);
        return plan.End(Operation.Send, fd, result);
    }

    public int SendVector(int fd, ReadOnlySpan<IoVector> pieces)
    {
        Fault? fault = plan.Begin(Operation.SendMessage);
        int result = fault?.Result ?? inner.SendVector(fd, fault is null ? pieces : fault.Cut(pieces));
        return plan.End(Operation.SendMessage, fd, result);
    }

    public int Shutdown(int fd, ShutdownSide side)
    {
        Fault? fault = plan.Begin(Operation.Shutdown);
        int result = fault is { IsMade: false } ? 0 : inner.Shutdown(fd, side);
        return plan.End(Operation.Shutdown, fd, fault?.Result ?? result);
    }
}
