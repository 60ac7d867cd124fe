namespace Spindle;

/// <summary>A descriptor whose two directions can end one after the other.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface IHalfCloseableDescriptor
{
    /// <summary>There is nothing more to read; writing goes on.</summary>
    void ReadConnectionLost(Exception reason);

    /// <summary>The writing side is closed; reading goes on.</summary>
    void WriteConnectionLost(Exception reason);
}
