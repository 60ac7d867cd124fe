using System.Text;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Stdio;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What <see cref="StandardIO"/> does on every selector. The ledger of descriptors is looked at after each test.</summary>
public abstract partial class StdioContract
{
    private protected abstract SelectorKind Kind { get; }

    private void Run(Func<ReactorRig, Task> test) => ReactorRig.Run(Kind, test);

    /// <summary>A protocol between two pipes, whose other ends are the test's.</summary>
    private sealed class Piped
    {
        private readonly StringBuilder _output = new();
        private readonly ReactorRig _rig;

        public Piped(ReactorRig rig, RecordingProtocol protocol)
        {
            _rig = rig;
            Assert.Equal(0, Files.CreatePipe(out int stdin, out int feed));
            Assert.Equal(0, Files.CreatePipe(out int result, out int stdout));
            (Stdin, Feed, Result, Stdout) = (stdin, feed, result, stdout);
            Assert.Equal(0, Files.SetNonBlocking(stdin, isNonBlocking: false));
            Assert.Equal(0, Files.SetNonBlocking(stdout, isNonBlocking: false));
            Protocol = protocol;
            IO = new StandardIO(protocol, stdin, stdout, rig.Reactor);
        }

        public RecordingProtocol Protocol { get; }

        public StandardIO IO { get; }

        public int Stdin { get; }

        public int Stdout { get; }

        public int Feed { get; private set; }

        public int Result { get; private set; }

        /// <summary>Whether the output was read to its end.</summary>
        public bool HasOutputEnded { get; private set; }

        public string Output
        {
            get
            {
                Drain();
                return _output.ToString();
            }
        }

        private IFiles Files => _rig.Kernel.Files;

        public void Say(string text) => Assert.Equal(text.Length, Files.Write(Feed, Encoding.ASCII.GetBytes(text)));

        public void EndInput()
        {
            _ = Files.Close(Feed);
            Feed = -1;
        }

        public void EndOutput()
        {
            _ = Files.Close(Result);
            Result = -1;
        }

        public bool SeesEnd()
        {
            Drain();
            return HasOutputEnded;
        }

        /// <summary>Waits for the end and closes what is left.</summary>
        public async Task Finish()
        {
            IO.LoseConnection();
            await _rig.Until(() => Protocol.LostCount == 1);
            if (Feed >= 0)
            {
                EndInput();
            }

            if (Result >= 0)
            {
                EndOutput();
            }
        }

        private void Drain()
        {
            Span<byte> buffer = stackalloc byte[4096];
            while (Result >= 0 && !HasOutputEnded)
            {
                int count = Files.Read(Result, buffer);
                if (count < 0)
                {
                    return;
                }

                HasOutputEnded = count == 0;
                _output.Append(Encoding.ASCII.GetString(buffer[..count]));
            }
        }
    }
}
