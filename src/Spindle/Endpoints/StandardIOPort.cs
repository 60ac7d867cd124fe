using System.Net;
using Spindle.Stdio;

namespace Spindle.Endpoints;

/// <summary>A port that has had its one client: standard input and output.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public sealed class StandardIOPort : IListeningPort
{
    private readonly IFactory _factory;

    internal StandardIOPort(StandardIO connection, IFactory factory)
    {
        _factory = factory;
        Connection = connection;
        if (connection.Ended.IsCompleted)
        {
            StopFactory();
        }
        else
        {
            connection.WhenOver = StopFactory;
        }
    }

    /// <summary>The connection.</summary>
    public StandardIO Connection { get; }

    /// <summary>Done when the connection is over, with the reason that its protocol was told.</summary>
    public Task<Exception> Ended => Connection.Ended;

    /// <summary>It cannot.</summary>
    /// <exception cref="InvalidOperationException">Always: there is one standard input.</exception>
    public void StartListening() => throw new InvalidOperationException("Standard input and output have one connection, which was made.");

    /// <summary>Nobody is accepted any more; the connection lives on.</summary>
    /// <returns>Done already.</returns>
    public Task StopListening() => Task.CompletedTask;

    /// <summary>A pipe address.</summary>
    public EndPoint GetHost() => PipeAddress.Instance;

    private void StopFactory() => Connection.Host.Guard(Connection, static state => ((IFactory)state!).DoStop(), _factory);
}
