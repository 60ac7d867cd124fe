"""Twisted on its AsyncioSelectorReactor, written as Twisted's own documentation writes servers."""

import sys

from twisted.internet import asyncioreactor

asyncioreactor.install()

from twisted.internet import protocol, reactor  # noqa: E402  the reactor must be installed before
from twisted.protocols import basic  # noqa: E402

BACKLOG = 4096
CHUNK = bytes(128 * 1024)  # what Twisted hands to one send


class Served(protocol.Protocol):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)
        # The transport is its own producer: it stops reading while too much waits to be sent.
        self.transport.registerProducer(self.transport, True)

    def connectionLost(self, reason=protocol.connectionDone):
        self.transport.unregisterProducer()


class Echo(Served):
    def dataReceived(self, data):
        self.transport.write(data)


class Framed(basic.Int32StringReceiver):
    MAX_LENGTH = 64 << 20
    connectionMade = Served.connectionMade

    def connectionLost(self, reason=protocol.connectionDone):
        self.transport.unregisterProducer()

    def stringReceived(self, string):
        self.sendString(string)


class Sink(protocol.Protocol):
    def dataReceived(self, data):
        pass


class Source(protocol.Protocol):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)
        self.transport.registerProducer(self, False)

    def resumeProducing(self):
        self.transport.write(CHUNK)

    def stopProducing(self):
        pass


def main():
    protocols = {"echo": Echo, "framed": Framed, "sink": Sink, "source": Source}
    served, port = protocols[sys.argv[1]], int(sys.argv[2])
    reactor.listenTCP(port, protocol.Factory.forProtocol(served), backlog=BACKLOG, interface="127.0.0.1")
    print("listening", port, flush=True)
    reactor.run()


main()
