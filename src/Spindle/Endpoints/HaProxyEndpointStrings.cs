namespace Spindle.Endpoints;

/// <summary>Servers: <c>haproxy:</c> and another description, as it stands alone.</summary>
internal static class HaProxyEndpointStrings
{
    public static IStreamServerEndpoint ParseServer(IReactorCore reactor, EndpointDescription description)
    {
        string inner = description.TakeRest();
        return inner.Length == 0
            ? throw description.Wrong("what listens is missing; write it as in \"haproxy:tcp:8080\"")
            : new HaProxyServerEndpoint(description.Require<IReactorTime>(reactor), EndpointStrings.ParseServer(reactor, inner, description.DefaultTls));
    }
}
