namespace Spindle;

/// <summary>A descriptor that can be watched for writing.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface IWriteDescriptor : IFileDescriptor
{
    /// <summary>The descriptor can take data, or has an error to report.</summary>
    /// <returns>Null to go on; a reason to be disconnected. An exception thrown is a reason too, and is logged.</returns>
    Exception? DoWrite();
}
