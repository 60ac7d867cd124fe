using System.Net;

namespace Spindle.Tests.Abstractions;

/// <summary>What is reported, what it is under, and what it says (OVR-11 to OVR-16).</summary>
public sealed class ExceptionHierarchyTests
{
    /// <summary>Each with what it is directly under, as the original has it.</summary>
    public static TheoryData<Type, Type> Hierarchy => new()
    {
        { typeof(SpindleException), typeof(IOException) },
        { typeof(SystemCallException), typeof(SpindleException) },

        // The end of a connection (OVR-11).
        { typeof(ConnectionClosedException), typeof(SpindleException) },
        { typeof(ConnectionDoneException), typeof(ConnectionClosedException) },
        { typeof(ConnectionLostException), typeof(ConnectionClosedException) },
        { typeof(TransportAbortedException), typeof(ConnectionLostException) },
        { typeof(DescriptorWentAwayException), typeof(ConnectionLostException) },
        { typeof(WriteLimitExceededException), typeof(ConnectionLostException) },
        { typeof(FileDescriptorOverrunException), typeof(ConnectionLostException) },
        { typeof(ProcessDoneException), typeof(ConnectionDoneException) },
        { typeof(ProcessTerminatedException), typeof(ConnectionLostException) },
        { typeof(ProcessExitedAlreadyException), typeof(SpindleException) },

        // Connecting (OVR-12).
        { typeof(ConnectException), typeof(SpindleException) },
        { typeof(ConnectBindException), typeof(ConnectException) },
        { typeof(UnknownHostException), typeof(ConnectException) },
        { typeof(ServiceNameUnknownException), typeof(ConnectException) },
        { typeof(NoRouteException), typeof(ConnectException) },
        { typeof(ConnectRefusedException), typeof(ConnectException) },
        { typeof(TcpTimedOutException), typeof(ConnectException) },
        { typeof(BadFileException), typeof(ConnectException) },
        { typeof(UserAbortedException), typeof(ConnectException) },
        { typeof(ConnectTimeoutException), typeof(UserAbortedException) },
        { typeof(ConnectingCancelledException), typeof(SpindleException) },
        { typeof(NoProtocolException), typeof(SpindleException) },
        { typeof(NotConnectingException), typeof(InvalidOperationException) },
        { typeof(DnsLookupException), typeof(SpindleException) },

        // Listening (OVR-13).
        { typeof(BindException), typeof(SpindleException) },
        { typeof(CannotListenException), typeof(BindException) },
        { typeof(InvalidAddressException), typeof(ArgumentException) },
        { typeof(MessageLengthException), typeof(SpindleException) },
        { typeof(MulticastJoinException), typeof(SpindleException) },
        { typeof(AlreadyListenedException), typeof(InvalidOperationException) },
        { typeof(UnsupportedAddressFamilyException), typeof(ArgumentException) },
        { typeof(UnsupportedSocketTypeException), typeof(ArgumentException) },

        // The reactor (OVR-14).
        { typeof(ReactorNotRunningException), typeof(InvalidOperationException) },
        { typeof(ReactorNotRestartableException), typeof(InvalidOperationException) },
        { typeof(ReactorAlreadyRunningException), typeof(InvalidOperationException) },
        { typeof(ReactorAlreadyInstalledException), typeof(InvalidOperationException) },
        { typeof(AlreadyCalledException), typeof(InvalidOperationException) },
        { typeof(AlreadyCancelledException), typeof(InvalidOperationException) },
    };

    /// <summary>A fixed description, then what is known, then a full stop (OVR-15).</summary>
    public static TheoryData<Exception, string> Texts => new()
    {
        { new ConnectionDoneException(), "Connection was closed cleanly." },
        { new ConnectionDoneException("by both"), "Connection was closed cleanly: by both." },
        { new ConnectionLostException(), "Connection to the other side was lost in a non-clean fashion." },
        { new ConnectionLostException("104: reset.", 104), "Connection to the other side was lost in a non-clean fashion: 104: reset." },
        { new TransportAbortedException(), "Connection was aborted locally." },
        { new DescriptorWentAwayException(), "The descriptor went away." },
        { new WriteLimitExceededException(3_000_000_000, 65_536), "Too much waits to be sent: 3000000000 bytes, and the limit is 65536." },
        { new ConnectException(), "An error occurred while connecting." },
        { new ConnectException("5: no", 5), "An error occurred while connecting: 5: no." },
        { new ConnectBindException("taken"), "Couldn't bind: taken." },
        { new UnknownHostException(), "Hostname couldn't be looked up." },
        { new NoRouteException(), "No route to host." },
        { new ConnectRefusedException("111"), "Connection was refused by other side: 111." },
        { new TcpTimedOutException(), "TCP connection timed out." },
        { new UserAbortedException(), "User aborted connection." },
        { new ConnectTimeoutException(), "User timeout caused connection failure." },
        { new ConnectingCancelledException(new IPEndPoint(IPAddress.Loopback, 7)), "The attempt to connect to 127.0.0.1:7 was cancelled." },
        { new DnsLookupException("nowhere"), "DNS lookup failed: nowhere." },
        { new BindException(), "An error occurred binding to an interface." },
        { new BindException("why"), "An error occurred binding to an interface: why." },
        { new CannotListenException("", 80, "bind: taken.", 98), "Couldn't listen on any:80: bind: taken." },
        { new CannotListenException("::1", 80, "bind: taken"), "Couldn't listen on ::1:80: bind: taken." },
        { new InvalidAddressException("nowhere", "it must be an address"), "\"nowhere\": it must be an address." },
        { new MessageLengthException(), "The message is too long to be sent." },
        { new MessageLengthException("70000 bytes", 90), "The message is too long to be sent: 70000 bytes." },
        { new MulticastJoinException("224.0.0.1", "", "no such device"), "Couldn't change the membership of 224.0.0.1 on any: no such device." },
        { new CannotListenException("/run/a", "bind: taken.", 98), "Couldn't listen on /run/a: bind: taken." },
        { new BadFileException("no lock"), "Nobody serves this path: no lock." },
        {
            new FileDescriptorOverrunException(2, 1),
            "Too many descriptors wait to be sent: 2, with 1 bytes; write at least one byte for each in the turn in which it is given."
        },
        { new ReactorNotRunningException(), "The reactor is not running." },
        { new ReactorAlreadyInstalledException("my own"), "my own" },
    };

    [Theory, Clause("OVR-11", "OVR-12", "OVR-13", "OVR-14")]
    [MemberData(nameof(Hierarchy))]
    public void Exceptions_Each_AreUnderWhatTheOriginalsAreUnder(Type type, Type parent) => Assert.Equal(parent, type.BaseType);

    [Fact, Clause("OVR-11", "OVR-12", "OVR-13", "OVR-14", "OVR-16")]
    public void Exceptions_OfTheLibrary_AreReportsOrMistakesOfTheCaller()
    {
        // What the world did is an IOException; what the caller did wrong is one of the BCL's two. An exit is no error.
        IEnumerable<Type> others = typeof(SpindleException).Assembly.GetExportedTypes()
            .Where(type => type.IsAssignableTo(typeof(Exception)) && type != typeof(ExitException))
            .Where(type => !type.IsAssignableTo(typeof(SpindleException)))
            .Where(type => !type.IsAssignableTo(typeof(InvalidOperationException)) && !type.IsAssignableTo(typeof(ArgumentException)));

        Assert.Empty(others);
    }

    [Theory, Clause("OVR-15")]
    [MemberData(nameof(Texts))]
    public void Message_Any_IsADescriptionAndWhatIsKnown(Exception exception, string text) => Assert.Equal(text, exception.Message);

    [Fact, Clause("OVR-12", "OVR-13")]
    public void Errno_Given_IsKept()
    {
        Assert.Equal(111, new ConnectRefusedException("x", 111).Errno);
        Assert.Equal(98, new CannotListenException("", 80, "x", 98).Errno);
        Assert.Equal(104, new ConnectionLostException("x", 104).Errno);
        Assert.Equal(0, ConnectionDoneException.Instance.Errno);
        Assert.Same(ConnectionDoneException.Instance, ConnectionDoneException.Instance);
    }
}
