using Spindle.Descriptors;

namespace Spindle.Protocols;

/// <summary>A factory that wants to know the reactor that it is used on. One that stands in front of another tells that one.</summary>
/// <remarks>Thread: the reactor's.</remarks>
internal interface IHostedFactory
{
    /// <summary>A port or connector of this reactor has been given the factory. Comes before <see cref="IFactory.DoStart"/>.</summary>
    void UseOn(IFactoryHost host);
}
