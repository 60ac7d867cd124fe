namespace Spindle.Descriptors;

/// <summary>Owns a descriptor, and can be told that its number is someone else's by now.</summary>
internal interface IDisownable
{
    /// <summary>Forgets the number without closing it.</summary>
    void Disown();
}
