using Microsoft.Win32.SafeHandles;
using Spindle.Endpoints;

namespace Spindle.Tool.Demos;

/// <summary>A file that one side opens and the other reads: its descriptor goes over a UNIX socket.</summary>
internal sealed class DescriptorDemo : IDemo
{
    private const int Size = 10_000;

    public string Name => "Descriptor passing";

    public async Task<string> RunAsync(DemoContext context)
    {
        string name = $"spindle-demo-file-{Environment.ProcessId}";
        UnixAddress path = "\0" + name;
        IListeningPort port = await new UnixServerEndpoint(context.Reactor, path).ListenAsync(Factory.For<Reader>()).ConfigureAwait(true);
        try
        {
            byte[] content = Exchange.Bytes(Size);
            using SafeFileHandle file = File.OpenHandle(
                Path.Combine(Path.GetTempPath(), name), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite, FileOptions.DeleteOnClose);
            RandomAccess.Write(file, content, 0);

            Conversation client = await new UnixClientEndpoint(context.Reactor, path).ConnectProtocolAsync(new Conversation(), context.CancellationToken).ConfigureAwait(true);
            client.Transport.FindAbility<IUnixTransport>()!.SendFileDescriptor(file);
            client.Transport.Write("x"u8);
            byte[] received = await client.All.WaitAsync(context.CancellationToken).ConfigureAwait(true);
            Exchange.Check(received.AsSpan().SequenceEqual(content), "what was read is not what is in the file");
            return $"a file of {Size:N0} bytes opened here and read there";
        }
        finally
        {
            await port.StopListening().ConfigureAwait(true);
        }
    }

    /// <summary>Answers a descriptor with what is in its file.</summary>
    private sealed class Reader : Protocol, IFileDescriptorReceiver
    {
        public void FileDescriptorReceived(SafeFileHandle descriptor)
        {
            using (descriptor)
            {
                byte[] content = new byte[RandomAccess.GetLength(descriptor)];
                int count = RandomAccess.Read(descriptor, content, 0);
                Transport.Write(content.AsSpan(0, count));
                Transport.LoseConnection();
            }
        }
    }
}
