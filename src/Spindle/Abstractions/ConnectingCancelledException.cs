using System.Net;
using Spindle.Kernel;

namespace Spindle;

/// <summary>An attempt to connect was cancelled by whoever asked for it.</summary>
/// <remarks>Thread: any.</remarks>
public sealed class ConnectingCancelledException : SpindleException
{
    /// <summary>Makes one.</summary>
    /// <param name="address">Where the attempt was going.</param>
    public ConnectingCancelledException(EndPoint address)
        : base($"The attempt to connect to {InternetAddresses.Describe(address)} was cancelled.") => Address = address;

    /// <summary>Where the attempt was going.</summary>
    public EndPoint Address { get; }
}
