"""The cases, and how one is measured."""

import json
import subprocess
from dataclasses import dataclass

from peers import BenchError, Server, load_command

# Seconds of load before the first round. The runtime first runs unoptimized code and compiles it twice, on the one core
# that the server has: until then a round trip costs half as much again.
MANAGED_WARMUP = 8.0
NATIVE_WARMUP = 0.7
ROUND_WARMUP = 0.2  # and before each measurement, for the connections to be made
IDLE_CONNECTIONS = 10_000
EARLY_CONNECTIONS = 100  # before the memory is first read: whatever a server allocates once is there
LOAD_GRACE = 60
UNDISTURBED = 0.95
MIB = 1024 * 1024


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    server_mode: str
    load: tuple
    unit: str = "round trips"


CASES = [
    Case("echo-1", "1 connection, 64 bytes", "echo", ("echo", "--connections", "1")),
    Case("echo-64", "64 connections, 64 bytes", "echo", ("echo", "--connections", "64")),
    Case("echo-1000", "1,000 connections, 64 bytes", "echo", ("echo", "--connections", "1000")),
    Case("echo-64x16", "64 connections, 64 bytes, 16 deep", "echo", ("echo", "--connections", "64", "--depth", "16")),
    Case("echo-256x1k", "256 connections, 1 KiB", "echo", ("echo", "--connections", "256", "--size", "1024")),
    Case("framed-64x16", "64 connections, frames of 64 bytes, 16 deep", "framed", ("framed", "--connections", "64", "--depth", "16")),
    Case("bulk-in", "4 connections, the server reads", "sink", ("bulk-in", "--connections", "4"), "MiB"),
    Case("bulk-out", "4 connections, the server writes", "source", ("bulk-out", "--connections", "4"), "MiB"),
    Case("churn", "connect, echo, close; 64 at a time", "echo", ("churn", "--connections", "64"), "connections"),
]
LATENCY_CASE = "echo-64"

# Measured once, in the first round: counting does not drift with the machine's speed.
IDLE = "idle"
ALLOCATION = "allocation"
CASE_NAMES = [case.name for case in CASES] + [IDLE, ALLOCATION]


def run_load(server, arguments, seconds, warmup):
    """The generator's figures."""
    command = load_command(server, [*arguments, "--spin", "--seconds", str(seconds), "--warmup", str(warmup)])
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=warmup + seconds + LOAD_GRACE)
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{server.peer.name}: the generator hangs in {' '.join(arguments)}") from error
    if done.returncode != 0:
        raise BenchError(f"{server.peer.name}: {' '.join(arguments)}: {done.stderr}{server.errors()}")
    return json.loads(done.stdout)


def warmup_of(peer):
    return MANAGED_WARMUP if peer.managed else NATIVE_WARMUP


def is_disturbed(measurement):
    """The generator never sleeps: a smaller share of its core means that something else used it."""
    return measurement["generator_share"] < UNDISTURBED


def measure_in_peace(case, server, seconds, retries):
    """Measures again, up to so many times, while something else uses the machine. The least disturbed one counts."""
    best = measure(case, server, seconds)
    for _ in range(retries):
        if not is_disturbed(best):
            break
        best = max(best, measure(case, server, seconds), key=lambda measurement: measurement["generator_share"])
    return best


def warm_up(case, server):
    run_load(server, case.load, 0.1, warmup_of(server.peer))


def measure(case, server, seconds):
    found = run_load(server, case.load, seconds, ROUND_WARMUP)
    operations = found["bytes"] / MIB if case.unit == "MiB" else found["operations"]
    if not operations:
        raise BenchError(f"{server.peer.name}: {case.name}: nothing was done")
    return {
        "rate": operations / found["seconds"],
        "cpu_us": found["server_cpu"] / operations * 1e6,
        "server_busy": found["server_cpu"] / found["seconds"],
        "generator_share": found["client_cpu"] / found["seconds"],
        "latency_us": found["latency_us"],
    }


def ask_stats(server, control):
    control.sendall(b"STATS\n")
    return server.heap_stats()


def measure_allocation(peer, seconds):
    """Managed bytes per round trip."""
    with Server(peer, "stats-echo") as server:
        found = run_load(server, ("echo", "--connections", "64", "--stats"), seconds, warmup_of(peer))
        # The generator asks three times: before the warm-up, after it, and at the end.
        _, before, after = [server.heap_stats()[1] for _ in range(3)]
    return {"bytes": after - before, "operations": found["operations"], "per_operation": (after - before) / found["operations"]}


class IdleConnections:
    """Many connections that echoed once and then keep still."""

    def __init__(self, server, count):
        command = load_command(server, ["idle", "--connections", str(count), "--touch"])
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self._process.stdout.readline().strip() != "ready":
            raise BenchError(f"{server.peer.name}: idle: {self._process.communicate()[1]}{server.errors()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.communicate()


def use_early(server):
    with IdleConnections(server, EARLY_CONNECTIONS):
        pass


def measure_idle(peer):
    """Bytes per idle connection: resident, private dirty, and managed for .NET."""
    with Server(peer, "echo") as server:
        use_early(server)
        resident, dirty = server.memory()
        with IdleConnections(server, IDLE_CONNECTIONS):
            resident_after, dirty_after = server.memory()
    found = {"resident": (resident_after - resident) / IDLE_CONNECTIONS, "private_dirty": (dirty_after - dirty) / IDLE_CONNECTIONS}
    if peer.managed:
        # A run of its own: to ask for the heap is to collect it, which changes what the process keeps.
        with Server(peer, "stats-echo") as server, server.connect() as control:
            use_early(server)
            before = ask_stats(server, control)[0]
            with IdleConnections(server, IDLE_CONNECTIONS):
                found["managed"] = (ask_stats(server, control)[0] - before) / IDLE_CONNECTIONS
    return found
