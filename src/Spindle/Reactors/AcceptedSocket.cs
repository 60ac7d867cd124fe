using Spindle.Streams;

namespace Spindle.Reactors;

/// <summary>A socket on its way from the reactor that accepted it to the one that serves it.</summary>
internal sealed class AcceptedSocket(SpreadFactory factory, StreamPort port, int fd, byte[] rawPeer) : IGroupWork
{
    public void Run(ReactorGroupMember member) => factory.Serve(member, port, fd, rawPeer);

    public void Drop(ReactorGroupMember member) => _ = member.Host.Kernel.Files.Close(fd);
}
