using Microsoft.Win32.SafeHandles;

namespace Spindle.Tests.Testing;

/// <summary>A <see cref="RecordingProtocol"/> that takes descriptors.</summary>
internal sealed class DescriptorProtocol(string name = "protocol") : RecordingProtocol(name), IFileDescriptorReceiver
{
    public List<SafeFileHandle> Descriptors { get; } = [];

    public Action<SafeFileHandle>? OnDescriptor { get; set; }

    public void FileDescriptorReceived(SafeFileHandle descriptor)
    {
        Note("descriptor");
        Descriptors.Add(descriptor);
        OnDescriptor?.Invoke(descriptor);
    }
}
