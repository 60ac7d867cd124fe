"""The peers: what they are, and how one is started, watched and stopped."""

import os
import queue
import signal
import socket
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
NATIVE = HERE / "artifacts" / "native"
DOTNET = HERE / "artifacts" / "bin"
PYTHON = "/usr/bin/python3"
START_TIMEOUT = 30
STOP_TIMEOUT = 3

ONE_SOCKET_THREAD = {
    "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS": "1",
    "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT": "1",
}


@dataclass(frozen=True)
class Peer:
    name: str
    command: list
    managed: bool = False  # .NET: compiles while it runs, and answers STATS in mode stats-echo
    optional: bool = False  # measured only when it is named
    environment: dict = field(default_factory=dict)

    @property
    def is_built(self):
        return Path(self.command[-1]).exists()


def dotnet_peer(name, project, program, **more):
    return Peer(name, [str(DOTNET / project / "release" / program)], managed=True, **more)


PEERS = [
    Peer("c-epoll", [str(NATIVE / "c-epoll")]),
    dotnet_peer("spindle", "SpindleServer", "spindle-server"),
    Peer("libuv", [str(NATIVE / "libuv")]),
    Peer("twisted", [PYTHON, str(HERE / "servers" / "twisted" / "server.py")]),
    Peer("uvloop", [PYTHON, str(HERE / "servers" / "uvloop" / "server.py")]),
    dotnet_peer("dotnet-sockets", "DotnetSockets", "dotnet-sockets", environment=ONE_SOCKET_THREAD),
    dotnet_peer("dotnet-sockets-default", "DotnetSockets", "dotnet-sockets"),
    dotnet_peer("kestrel", "Kestrel", "kestrel"),
    dotnet_peer("kestrel-inline", "Kestrel", "kestrel", optional=True,
                environment={**ONE_SOCKET_THREAD, "BENCH_KESTREL_INLINE": "1"}),
]


class BenchError(Exception):
    pass


def cores():
    """The server's core and the generator's."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        raise BenchError("two cores are needed: one for the server, one for the generator")
    return allowed[0], allowed[1]


def clean_environment(additions):
    """Without the caller's own settings of the .NET runtime, which would change what is measured."""
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith(("DOTNET_", "COMPlus_", "ASPNETCORE_")) or k.startswith("DOTNET_ROOT")}
    return {**kept, **additions}


_next_port = 20000


def free_port():
    """Below the ephemeral range, and never the same twice: an earlier server's TIME_WAITs must not meet a later one."""
    global _next_port
    while True:
        _next_port = 20000 + (_next_port + 1) % 10000
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", _next_port))
            except OSError:
                continue
            return _next_port


class Server:
    """A running peer."""

    def __init__(self, peer, mode):
        self.peer = peer
        self.port = free_port()
        self._errors = tempfile.TemporaryFile()
        self._lines = queue.Queue()
        command = ["taskset", "-c", str(cores()[0]), *peer.command, mode, str(self.port)]
        # taskset becomes the program, so the process is the server's own.
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._errors, text=True,
                                         env=clean_environment(peer.environment))
        self.pid = self._process.pid
        threading.Thread(target=self._read_lines, daemon=True).start()
        try:
            self.expect_line("listening")
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _read_lines(self):
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def expect_line(self, first_word):
        try:
            line = self._lines.get(timeout=START_TIMEOUT)
        except queue.Empty:
            line = None
        if line is None or not line.startswith(first_word):
            raise BenchError(f"{self.peer.name}: expected '{first_word} ...', got {line!r}\n{self.errors()}")
        return line.split()

    def errors(self):
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def heap_stats(self):
        """(heap, allocated) in bytes, from the line that the server prints when it is asked."""
        words = self.expect_line("heap")
        return int(words[1]), int(words[3])

    def memory(self):
        """(resident, private dirty) in bytes."""
        amounts = {}
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, amount, *_ = line.split()
            amounts[name] = int(amount) * 1024
        return amounts["Rss:"], amounts["Private_Dirty:"]

    def stop(self):
        """Ends it, however unwilling. Says whether SIGTERM was enough."""
        willing = True
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                willing = False
                self._process.kill()
                self._process.wait()
        return willing


def load_command(server, arguments):
    return ["taskset", "-c", str(cores()[1]), str(NATIVE / "load"), *arguments,
            "--port", str(server.port), "--pid", str(server.pid)]
