namespace Spindle;

/// <summary>A descriptor that can be watched for reading.</summary>
/// <remarks>Thread: the reactor's.</remarks>
public interface IReadDescriptor : IFileDescriptor
{
    /// <summary>The descriptor can be read, or has come to its end.</summary>
    /// <returns>Null to go on; a reason to be disconnected. An exception thrown is a reason too, and is logged.</returns>
    Exception? DoRead();
}
