using System.Net;

namespace Spindle;

/// <summary>Hears of the addresses of a host name as they become known.</summary>
/// <remarks>
/// <para>
/// The calls come in this order: <see cref="ResolutionBegan"/> once, before the resolver's call returns;
/// <see cref="AddressResolved"/> any number of times; <see cref="ResolutionComplete"/> once. An exception from the last two
/// is logged and changes nothing.
/// </para>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IResolutionReceiver</c>.</para>
/// </remarks>
public interface IResolutionReceiver
{
    /// <summary>The look-up begins. It may be cancelled in here.</summary>
    void ResolutionBegan(IHostResolution resolution);

    /// <summary>There is an address.</summary>
    /// <param name="address">An <see cref="IPEndPoint"/> with the port that was asked for. A resolver may know other kinds; skip those that you do not.</param>
    void AddressResolved(EndPoint address);

    /// <summary>There are no more addresses; if there were none at all, the look-up failed, and <see cref="IHostResolution.Failure"/> may tell why.</summary>
    void ResolutionComplete();
}
