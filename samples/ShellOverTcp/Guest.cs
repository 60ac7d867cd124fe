using Spindle;

/// <summary>Who has connected: what he types goes to the shell.</summary>
internal sealed class Guest(IReactorProcess reactor) : Protocol
{
    private Shell? _shell;

    public override void ConnectionMade()
    {
        Shell shell = new(this);
        ProcessOptions options = new() { TerminalSize = new TerminalSize(columns: 80, rows: 24) };
        reactor.SpawnProcess(shell, "/bin/sh", ["sh", "-i"], ProcessEnvironment.Inherit, usePty: true, options: options);
        _shell = shell;

        // Whoever does not read what he gets is not asked for more.
        Transport.RegisterProducer(shell.Transport, streaming: true);
        shell.Transport.RegisterProducer(Transport, streaming: true);
    }

    public override void DataReceived(ReadOnlySpan<byte> data) => _shell!.Transport.Write(data);

    // The shell's terminal is gone with that, so that it and what runs in it gets SIGHUP.
    public override void ConnectionLost(Exception reason) => _shell?.Transport.LoseConnection();

    public void Show(ReadOnlySpan<byte> data) => Transport.Write(data);

    public void Leave()
    {
        Transport.UnregisterProducer();
        Transport.LoseConnection();
    }
}
