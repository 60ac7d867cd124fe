"""asyncio protocols on uvloop."""

import asyncio
import signal
import socket
import struct
import sys

import uvloop

BACKLOG = 4096
CHUNK = bytes(256 * 1024)
HEADER = struct.Struct(">I")


class Served(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # A peer that does not read is not read from either.
    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()


class Echo(Served):
    def data_received(self, data):
        self.transport.write(data)


class Framed(Served):
    rest = b""

    def data_received(self, data):
        if self.rest:
            data = self.rest + data
        write, start, end = self.transport.write, 0, len(data)
        while end - start >= HEADER.size:
            after = start + HEADER.size + HEADER.unpack_from(data, start)[0]
            if after > end:
                break
            body = data[start + HEADER.size:after]
            write(HEADER.pack(len(body)) + body)
            start = after
        self.rest = data[start:]


class Sink(asyncio.BufferedProtocol):
    """The buffered protocol spares the bytes object per read: uvloop's best for data that nobody keeps."""

    buffer = memoryview(bytearray(256 * 1024))

    def get_buffer(self, sizehint):
        return self.buffer

    def buffer_updated(self, nbytes):
        pass


class Source(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.writable = True
        self.closed = False
        self.produce()

    def pause_writing(self):
        self.writable = False

    def resume_writing(self):
        self.writable = True
        self.produce()

    def connection_lost(self, exc):
        self.closed = True

    def produce(self):
        # uvloop sends at the end of the turn, so it pauses us only when a turn's writes pass its high-water mark.
        while self.writable and not self.closed:
            self.transport.write(CHUNK)


async def main():
    protocols = {"echo": Echo, "framed": Framed, "sink": Sink, "source": Source}
    served, port = protocols[sys.argv[1]], int(sys.argv[2])
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await loop.create_server(served, "127.0.0.1", port, backlog=BACKLOG)
    print("listening", port, flush=True)
    await stop.wait()


uvloop.install()
asyncio.run(main())
