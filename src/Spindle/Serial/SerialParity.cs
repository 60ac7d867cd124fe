namespace Spindle.Serial;

/// <summary>What the bit after those of a byte is for.</summary>
/// <remarks>Source: the constants of pySerial, which Twisted uses.</remarks>
public enum SerialParity
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It makes the number of ones even.</summary>
    Even,

    /// <summary>It makes the number of ones odd.</summary>
    Odd,

    /// <summary>It is always one.</summary>
    Mark,

    /// <summary>It is always zero.</summary>
    Space,
}
