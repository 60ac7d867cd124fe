"""Checks that a peer does what it is measured for: every byte back, every frame answered, and an end at SIGTERM."""

import random
import struct
import threading

from cases import MIB, Case, measure
from peers import BenchError, Server

FRAMES = 200
SOURCE_BYTES = 8 * MIB

LARGE = [
    Case("echo of 1 MiB", "", "echo", ("echo", "--connections", "4", "--size", str(MIB))),
    Case("frames of 1 MiB", "", "framed", ("framed", "--connections", "4", "--size", str(MIB), "--depth", "2")),
    Case("frames of 1 byte", "", "framed", ("framed", "--connections", "4", "--size", "1", "--depth", "50")),
    Case("bulk in", "", "sink", ("bulk-in", "--connections", "2"), "MiB"),
    Case("churn", "", "echo", ("churn", "--connections", "8"), "connections"),
]


def receive_all(connection, length):
    received = bytearray()
    while len(received) < length:
        data = connection.recv(min(MIB, length - len(received)))
        if not data:
            raise BenchError(f"the connection ended after {len(received)} of {length} bytes")
        received += data
    return bytes(received)


def verify_pieces(server):
    """Frames of many sizes, empty ones too, cut into pieces that have nothing to do with where the frames end."""
    chance = random.Random(1)
    frames = []
    for _ in range(FRAMES):
        size = chance.choice((0, 1, 3, 64, 4093, chance.randrange(70_000)))
        frames.append(struct.pack(">I", size) + chance.randbytes(size))
    stream = b"".join(frames)

    def send(connection):
        at = 0
        while at < len(stream):
            piece = chance.choice((1, 2, 5, 67, 5000, 65_536))
            connection.sendall(stream[at:at + piece])
            at += piece

    with server.connect() as connection:
        sender = threading.Thread(target=send, args=(connection,))
        sender.start()
        answers = receive_all(connection, len(stream))
        sender.join()
    if answers != stream:
        raise BenchError("the frames came back changed")


def verify_source(server):
    """It sends to a reader, holds still for one that does not read, and survives the reader's end."""
    for _ in range(2):
        with server.connect() as connection:
            receive_all(connection, SOURCE_BYTES)


def verify_stats(server):
    with server.connect() as connection:
        connection.sendall(b"STATS\n")
        server.heap_stats()
        connection.sendall(b"hello")
        if receive_all(connection, 5) != b"hello":
            raise BenchError("stats-echo does not echo")


def verify_mode(peer, mode, check):
    with Server(peer, mode) as server:
        check(server)
        if not server.stop():
            raise BenchError("it does not end at SIGTERM")


def run(peers):
    failures = 0
    passes = 0
    for peer in peers:
        checks = [(case.name, lambda case=case: measure(case, peer, 0.3)) for case in LARGE]
        checks.append(("frames in pieces", lambda: verify_mode(peer, "framed", verify_pieces)))
        checks.append(("source", lambda: verify_mode(peer, "source", verify_source)))
        if peer.managed:
            checks.append(("heap figures", lambda: verify_mode(peer, "stats-echo", verify_stats)))
        for name, check in checks:
            try:
                check()
                passes += 1
                print(f"ok    {peer.name}: {name}", flush=True)
            except (BenchError, OSError) as error:
                failures += 1
                print(f"FAIL  {peer.name}: {name}: {error}", flush=True)
    print(f"{passes} passed, {failures} failed")
    return failures == 0
