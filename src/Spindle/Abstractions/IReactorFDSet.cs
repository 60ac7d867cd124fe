namespace Spindle;

/// <summary>Watches descriptors of any kind.</summary>
/// <remarks>
/// <para>Thread: the reactor's.</para>
/// <para>Source: Twisted's <c>IReactorFDSet</c>.</para>
/// </remarks>
public interface IReactorFDSet
{
    /// <summary>Calls <see cref="IReadDescriptor.DoRead"/> whenever there is something to read. Watched already: nothing happens.</summary>
    /// <exception cref="ArgumentException">The object has no descriptor, or another object is watched for reading under its number.</exception>
    /// <exception cref="SystemCallException">The kernel refuses the descriptor; nothing is watched. Regular files are not refused: they get their turn once a millisecond.</exception>
    void AddReader(IReadDescriptor reader);

    /// <summary>The same for <see cref="IWriteDescriptor.DoWrite"/>.</summary>
    /// <exception cref="ArgumentException">The object has no descriptor, or another object is watched for writing under its number.</exception>
    /// <exception cref="SystemCallException">The kernel refuses the descriptor; nothing is watched.</exception>
    void AddWriter(IWriteDescriptor writer);

    /// <summary>Ends it: no call comes any more, not even one that this turn had in store. Not watched: nothing happens.</summary>
    void RemoveReader(IReadDescriptor reader);

    /// <summary>Ends it: no call comes any more, not even one that this turn had in store. Not watched: nothing happens.</summary>
    void RemoveWriter(IWriteDescriptor writer);

    /// <summary>Ends the watching of everything. The loop's own descriptors stay.</summary>
    /// <returns>What was watched, each object once.</returns>
    IReadOnlyList<IFileDescriptor> RemoveAll();

    /// <summary>All that is watched for reading, as a new list.</summary>
    IReadOnlyList<IReadDescriptor> GetReaders();

    /// <summary>All that is watched for writing or has data waiting for the end of the turn, as a new list.</summary>
    IReadOnlyList<IWriteDescriptor> GetWriters();
}
