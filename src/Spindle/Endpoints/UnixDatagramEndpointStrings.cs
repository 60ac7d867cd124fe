namespace Spindle.Endpoints;

/// <summary>
/// Servers: <c>unixgram:path[:mode=666]</c>. Clients: <c>unixgram:path[:bind=path][:mode=666]</c>; without a name of its
/// own a client takes an abstract one of the kernel's choice. Paths as in <see cref="UnixEndpointStrings"/>.
/// </summary>
internal static class UnixDatagramEndpointStrings
{
    private const int LargestPacket = Kernel.DatagramBlock.Size; // The kernel's usual limit is below.

    public static IDatagramServerEndpoint ParseServer(IReactorCore reactor, EndpointDescription description)
    {
        UnixAddress path = UnixEndpointStrings.TakePath(description);
        UnixFileMode mode = UnixEndpointStrings.TakeMode(description);
        return new UnixDatagramServerEndpoint(description.Require<IReactorUnix>(reactor), path, LargestPacket, mode);
    }

    public static IDatagramClientEndpoint ParseClient(IReactorCore reactor, EndpointDescription description)
    {
        UnixAddress path = UnixEndpointStrings.TakePath(description);
        UnixAddress? own = description.TakeNamed("bind") is { } text ? UnixEndpointStrings.ParsePath(description, text) : null;
        UnixFileMode mode = UnixEndpointStrings.TakeMode(description);
        return new UnixDatagramClientEndpoint(description.Require<IReactorUnix>(reactor), path, LargestPacket, mode, own);
    }
}
