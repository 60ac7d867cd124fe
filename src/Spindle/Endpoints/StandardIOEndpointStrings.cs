namespace Spindle.Endpoints;

/// <summary>Servers and clients: <c>stdio:</c>.</summary>
internal static class StandardIOEndpointStrings
{
    public static IStreamServerEndpoint ParseServer(IReactorCore reactor, EndpointDescription description) => Parse(reactor, description);

    public static IStreamClientEndpoint ParseClient(IReactorCore reactor, EndpointDescription description) => Parse(reactor, description);

    private static StandardIOEndpoint Parse(IReactorCore reactor, EndpointDescription description)
    {
        // "stdio:" has one empty value: the original's description ends with the colon.
        string? nothing = description.Take("nothing");
        return string.IsNullOrEmpty(nothing)
            ? new StandardIOEndpoint(description.Require<IReactorFDSet>(reactor))
            : throw description.Wrong($"it takes no value, and this is \"{nothing}\"; write it as \"stdio:\"");
    }
}
