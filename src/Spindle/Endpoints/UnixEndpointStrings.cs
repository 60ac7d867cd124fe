namespace Spindle.Endpoints;

/// <summary>
/// Servers: <c>unix:path[:mode=666][:backlog=50][:lockfile=1]</c>. Clients: <c>unix:path[:lockfile=0][:timeout=30]</c>
/// (EP-19, EP-21). A path that begins with "@" is an abstract name; a file of such a name is "./@name".
/// </summary>
internal static class UnixEndpointStrings
{
    private const int DefaultBacklog = 50;
    private const int MostMode = 0x1FF; // 0777.

    public static IStreamServerEndpoint ParseServer(IReactorCore reactor, EndpointDescription description)
    {
        UnixAddress path = TakePath(description);
        UnixFileMode mode = TakeMode(description);
        int backlog = description.TakeNumber("backlog", 0, int.MaxValue) ?? DefaultBacklog;
        bool wantPid = TakeFlag(description, "lockfile") ?? true;
        return new UnixServerEndpoint(description.Require<IReactorUnix>(reactor), path, backlog, mode, wantPid);
    }

    public static IStreamClientEndpoint ParseClient(IReactorCore reactor, EndpointDescription description)
    {
        UnixAddress path = TakePath(description);
        description.EndValues();
        bool checkPid = TakeFlag(description, "lockfile") ?? false;
        TimeSpan? timeout = description.TakeSeconds("timeout");
        return new UnixClientEndpoint(description.Require<IReactorUnix>(reactor), path, timeout, checkPid);
    }

    public static UnixAddress TakePath(EndpointDescription description) => ParsePath(
        description,
        description.TakeNamed("path") ?? description.Take("address") ?? throw description.Missing("path", $"{description.Type}:/run/echo"));

    public static UnixFileMode TakeMode(EndpointDescription description) =>
        description.Take("mode") is { } text ? ParseMode(description, text) : UnixModes.Everybody;

    public static UnixAddress ParsePath(EndpointDescription description, string text)
    {
        UnixAddress path = text.StartsWith('@') ? "\0" + text[1..] : text;
        return path.FindFault() is { } fault ? throw description.Wrong(fault) : path;
    }

    private static UnixFileMode ParseMode(EndpointDescription description, string text)
    {
        int mode = 0;
        foreach (char digit in text)
        {
            mode = digit is >= '0' and <= '7' && mode <= MostMode ? (mode * 8) + digit - '0' : int.MaxValue;
        }

        return text.Length > 0 && mode <= MostMode ? (UnixFileMode)mode : throw description.Wrong($"the mode is \"{text}\"; it must be an octal number up to 777, as in mode=660");
    }

    private static bool? TakeFlag(EndpointDescription description, string key) => description.TakeNumber(key, 0, 1) is { } number ? number == 1 : null;
}
