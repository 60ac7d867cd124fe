using System.Net;
using Spindle.Kernel;

namespace Spindle.Tests.Testing;

/// <inheritdoc cref="FaultKernel"/>
internal sealed class FaultDatagrams(IDatagrams inner, FaultPlan plan) : IDatagrams
{
    public int Receive(int fd, DatagramBlock block, int count)
    {
        Fault? fault = plan.Begin(Operation.ReceiveDatagrams);
        return plan.End(Operation.ReceiveDatagrams, fd, fault?.Result ?? inner.Receive(fd, block, fault?.Cut(count) ?? count));
    }

    public int Send(int fd, DatagramBlock block, int first, int count)
    {
        Fault? fault = plan.Begin(Operation.SendDatagrams);
        return plan.End(Operation.SendDatagrams, fd, fault?.Result ?? inner.Send(fd, block, first, fault?.Cut(count) ?? count));
    }

    public int SendOne(int fd, ReadOnlySpan<byte> data, ReadOnlySpan<byte> address)
    {
        Fault? fault = plan.Begin(Operation.SendDatagram);
        return plan.End(Operation.SendDatagram, fd, fault?.Result ?? inner.SendOne(fd, data, address));
    }

    public int ChangeMembership(int fd, bool join, IPAddress group, IPAddress networkInterface)
    {
        Fault? fault = plan.Begin(Operation.ChangeMembership);
        return plan.End(Operation.ChangeMembership, fd, fault?.Result ?? inner.ChangeMembership(fd, join, group, networkInterface));
    }
}
