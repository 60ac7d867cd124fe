using System.Net;
using Spindle.Streams;

namespace Spindle.Tls;

/// <summary>Starts and stops TLS on a connection that is in use, for connections of every family.</summary>
internal static class TlsUpgrade
{
    public static TlsProtocol? LayerOf(ILayerHost connection) => connection.Protocol as TlsProtocol;

    public static void Start(ILayerHost connection, TlsContext context, bool normal, ReadOnlySpan<byte> received)
    {
        connection.EnsureAccess();
        ArgumentNullException.ThrowIfNull(context);
        bool isClient = connection.IsClient == normal;
        if (!context.Supports(isClient ? TlsRole.Client : TlsRole.Server))
        {
            throw new ArgumentException($"A {context.GetType().Name} is of no use to a {(isClient ? "client" : "server")}.", nameof(context));
        }

        if (!connection.TakesLayers || connection.Protocol is not { } protocol)
        {
            return;
        }

        if (LayerOf(connection) is not null)
        {
            throw new InvalidOperationException("TLS is on already.");
        }

        TlsFactory factory = new(connection.Time ?? throw new InvalidOperationException("The reactor has no time."), NoFactory.Instance, context, isClient);
        new TlsProtocol(factory, protocol).StartOn(connection, received);
    }

    public static Task Stop(ILayerHost connection)
    {
        connection.EnsureAccess();
        return LayerOf(connection) is { } layer ? layer.StopTls() : throw new InvalidOperationException("TLS is not on.");
    }

    private sealed class NoFactory : IFactory
    {
        public static readonly NoFactory Instance = new();

        public void DoStart()
        {
        }

        public void DoStop()
        {
        }

        public IProtocol? BuildProtocol(EndPoint address) => null;
    }
}
