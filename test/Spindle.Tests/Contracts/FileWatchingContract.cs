using Spindle.FileWatching;
using Spindle.Kernel;
using Spindle.Selectors;
using Spindle.Tests.Testing;

namespace Spindle.Tests.Contracts;

/// <summary>What <see cref="INotify"/> hears of real directories, on every selector.</summary>
public abstract class FileWatchingContract
{
    private const FileEvents NewDirectory = FileEvents.Create | FileEvents.IsDirectory;

    private protected abstract SelectorKind Kind { get; }

    [Fact, Clause("INO-1", "INO-3", "INO-4")]
    public void Watch_Directory_HearsOfItsFilesOnceStarted() => Run(async (rig, folder, heard) =>
    {
        INotify notify = new(rig.Reactor);
        int? number = notify.Watch(folder, callbacks: [heard.Add]);
        Assert.Equal(number, notify.Watch(folder, FileEvents.Access));
        string path = Path.Combine(folder, "file");
        File.WriteAllText(path, "x");
        await rig.NextTurn();
        await rig.NextTurn();
        Assert.Empty(heard.All);

        notify.StartReading();
        await rig.Until(() => heard.Has(path, FileEvents.Create) && heard.Has(path, FileEvents.Modify));
        File.Move(path, path + "2");
        await rig.Until(() => heard.Has(path, FileEvents.MovedFrom) && heard.Has(path + "2", FileEvents.MovedTo));
        File.Delete(path + "2");
        await rig.Until(() => heard.Has(path + "2", FileEvents.Delete));
        Assert.False(heard.Has(path, FileEvents.CloseWrite));

        Assert.All(heard.By, by => Assert.Same(notify, by));
        notify.LoseConnection();
        Assert.True(notify.IsClosed);
        notify.LoseConnection();
    });

    [Fact, Clause("INO-2", "INO-7")]
    public void DeleteSelf_OfOneOfTwo_EndsThatWatchOnlyAndTheLastClosesIt() => Run(async (rig, folder, heard) =>
    {
        string first = Directory.CreateDirectory(Path.Combine(folder, "first")).FullName;
        string second = Directory.CreateDirectory(Path.Combine(folder, "second")).FullName;
        INotify notify = new(rig.Reactor);
        notify.StartReading();
        notify.Watch(first, FileEvents.Create, callbacks: [heard.Add]);
        notify.Watch(second, FileEvents.Create, callbacks: [heard.Add]);

        Directory.Delete(first);
        await rig.Until(() => heard.Has(first, FileEvents.DeleteSelf));
        Assert.False(notify.IsClosed);
        Assert.False(notify.IsWatched(first));
        File.WriteAllText(Path.Combine(second, "x"), "");
        await rig.Until(() => heard.Has(Path.Combine(second, "x"), FileEvents.Create));
        Directory.Delete(second, recursive: true);

        await rig.Until(() => notify.IsClosed);
        Assert.Throws<InvalidOperationException>(() => notify.Watch(folder));
    });

    [Fact, Clause("INO-5")]
    public void AutoAdd_NewSubdirectories_AreWatchedAndWhatIsInThemIsTold() => Run(async (rig, folder, heard) =>
    {
        INotify notify = new(rig.Reactor);
        notify.StartReading();
        notify.Watch(folder, autoAdd: true, callbacks: [heard.Add]);
        string deep = Path.Combine(folder, "a", "b");

        Directory.CreateDirectory(deep);
        File.WriteAllText(Path.Combine(deep, "early"), "x"); // Before anything of it can be watched.

        await rig.Until(() => heard.Has(Path.Combine(folder, "a"), NewDirectory) && heard.Has(deep, NewDirectory));
        await rig.Until(() => heard.Has(Path.Combine(deep, "early"), FileEvents.Create) && heard.Has(Path.Combine(deep, "early"), FileEvents.CloseWrite));
        File.WriteAllText(Path.Combine(deep, "late"), "x");
        await rig.Until(() => heard.Has(Path.Combine(deep, "late"), FileEvents.Create));
        notify.LoseConnection();
    });

    [Fact, Clause("INO-5")]
    public void NoAutoAdd_NewSubdirectory_IsNotWatched() => Run(async (rig, folder, heard) =>
    {
        INotify notify = new(rig.Reactor);
        notify.StartReading();
        notify.Watch(folder, callbacks: [heard.Add]);

        string below = Directory.CreateDirectory(Path.Combine(folder, "below")).FullName;
        await rig.Until(() => heard.Has(below, NewDirectory));

        Assert.False(notify.IsWatched(below));
        notify.LoseConnection();
    });

    [Fact, Clause("INO-6")]
    public void Recursive_ExistingDirectories_AreAllWatched() => Run((rig, folder, heard) =>
    {
        string deep = Directory.CreateDirectory(Path.Combine(folder, "a", "b")).FullName;
        File.WriteAllText(Path.Combine(folder, "file"), "");
        Directory.CreateSymbolicLink(Path.Combine(folder, "loop"), folder);
        INotify notify = new(rig.Reactor);

        Assert.Null(notify.Watch(folder, recursive: true));

        Assert.True(notify.IsWatched(folder) && notify.IsWatched(Path.Combine(folder, "a")) && notify.IsWatched(deep));
        Assert.False(notify.IsWatched(Path.Combine(folder, "loop")) || notify.IsWatched(Path.Combine(folder, "file")));
        notify.LoseConnection();
        return Task.CompletedTask;
    });

    [Fact, Clause("INO-8")]
    public void Ignore_Path_DropsWhatIsLateAndUnknownPathsThrow() => Run(async (rig, folder, heard) =>
    {
        string other = Directory.CreateDirectory(Path.Combine(folder, "other")).FullName;
        INotify notify = new(rig.Reactor);
        notify.StartReading();
        notify.Watch(folder, callbacks: [heard.Add]);
        notify.Watch(other, callbacks: [heard.Add]);
        File.WriteAllText(Path.Combine(folder, "late"), "");
        File.WriteAllText(Path.Combine(other, "heard"), "");

        notify.Ignore(folder);

        await rig.Until(() => heard.Has(Path.Combine(other, "heard"), FileEvents.Create));
        Assert.False(heard.Has(Path.Combine(folder, "late"), FileEvents.Create));
        Assert.Throws<KeyNotFoundException>(() => notify.Ignore(folder));
        Assert.NotNull(notify.Watch(folder));
        notify.Ignore(folder);
        notify.LoseConnection();
    });

    [Fact, Clause("INO-8")]
    public void Ignore_WithinACallback_ThatEventIsTheLast() => Run(async (rig, folder, heard) =>
    {
        string other = Directory.CreateDirectory(Path.Combine(folder, "other")).FullName;
        INotify notify = new(rig.Reactor);
        notify.Watch(folder, FileEvents.Create, callbacks: [heard.Add, (by, _, _) => by.Ignore(folder), heard.Add]);
        notify.Watch(other, FileEvents.Create, callbacks: [heard.Add]);
        File.WriteAllText(Path.Combine(folder, "first"), "");
        File.WriteAllText(Path.Combine(folder, "second"), "");
        File.WriteAllText(Path.Combine(other, "heard"), "");

        notify.StartReading(); // All of it is read at once.
        await rig.Until(() => heard.Has(Path.Combine(other, "heard"), FileEvents.Create));

        // All callbacks hear of it, as in the original.
        Assert.Equal([Path.Combine(folder, "first"), Path.Combine(folder, "first"), Path.Combine(other, "heard")], heard.All.Select(each => each.Path));
        notify.LoseConnection();
    });

    [Fact, Clause("INO-2")]
    public void Watch_KernelRefuses_SaysWhy() => Run((rig, folder, _) =>
    {
        INotify notify = new(rig.Reactor);
        rig.Plan.FailNext(Operation.AddFileWatch, Errno.ENOSPC);

        Assert.Contains("max_user_watches", Assert.Throws<INotifyException>(() => notify.Watch(folder)).Message, StringComparison.Ordinal);
        INotifyException missing = Assert.Throws<INotifyException>(() => notify.Watch(Path.Combine(folder, "missing")));
        Assert.Equal((Errno.ENOENT, Path.Combine(folder, "missing")), (missing.Errno, missing.Path));
        Assert.Throws<ArgumentException>(() => notify.Watch("a\0b"));
        Assert.Throws<ArgumentException>(() => notify.Watch(""));
        notify.LoseConnection();
        rig.Plan.FailNext(Operation.FileWatches, Errno.EMFILE);
        Assert.Equal(Errno.EMFILE, Assert.Throws<SystemCallException>(() => new INotify(rig.Reactor)).Errno);
        return Task.CompletedTask;
    });

    [Fact, Clause("INO-1")]
    public void LoseConnection_CloseFails_IsLogged() => Run((rig, _, _) =>
    {
        INotify notify = new(rig.Reactor);
        rig.Plan.AddNext(Operation.Close, FaultKind.ErrorAfter, Errno.EIO);

        notify.LoseConnection();

        Assert.Equal(Errno.EIO, Assert.IsType<SystemCallException>(rig.TakeError().Exception).Errno);
        return Task.CompletedTask;
    });

    [Fact, Clause("INO-4", "I3")]
    public void Callback_Throws_IsLoggedAndTheOthersAreCalled() => Run(async (rig, folder, heard) =>
    {
        InvalidOperationException failure = new("the user's");
        INotify notify = new(rig.Reactor);
        notify.StartReading();
        notify.Watch(folder, FileEvents.Create, callbacks: [(_, _, _) => throw failure, heard.Add]);

        File.WriteAllText(Path.Combine(folder, "x"), "");

        await rig.Until(() => heard.Has(Path.Combine(folder, "x"), FileEvents.Create));
        Assert.Same(failure, rig.TakeError().Exception);
        notify.LoseConnection();
    });

    [Fact, Clause("INO-9")]
    public void Records_SplitAnywhere_AreJoined() => Run(async (rig, folder, heard) =>
    {
        INotify notify = new(rig.Reactor);
        notify.Watch(folder, FileEvents.Create, callbacks: [heard.Add]);
        int watch = notify.Watch(folder)!.Value;
        byte[] record = [.. BitConverter.GetBytes(watch), .. BitConverter.GetBytes((uint)FileEvents.Create), 0, 0, 0, 0, 16, 0, 0, 0, .. "split"u8, .. new byte[11]];

        foreach (byte each in record.Concat(record))
        {
            notify.Feed([each]);
        }

        await rig.NextTurn();
        Assert.Equal([Path.Combine(folder, "split"), Path.Combine(folder, "split")], heard.All.Select(each => each.Path));
        notify.LoseConnection();
    });

    [Fact, Clause("INO-9")]
    public void HumanReadableMask_Flags_AreNamed() =>
        Assert.Equal(["create", "is_dir"], INotify.HumanReadableMask(NewDirectory));

    private void Run(Func<ReactorRig, string, Heard, Task> test) => ReactorRig.Run(Kind, async rig =>
    {
        string folder = Directory.CreateTempSubdirectory("spindle-watch-").FullName;
        try
        {
            await test(rig, folder, new Heard());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    });

    private sealed class Heard
    {
        public List<(string Path, FileEvents Events)> All { get; } = [];

        public List<INotify> By { get; } = [];

        public void Add(INotify notify, string path, FileEvents events)
        {
            By.Add(notify);
            All.Add((path, events));
        }

        public bool Has(string path, FileEvents events) => All.Contains((path, events));
    }
}
