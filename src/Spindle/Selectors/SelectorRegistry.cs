using Spindle.Kernel;

namespace Spindle.Selectors;

/// <summary>The one place that lists the selectors. A new one is its own files and a line here.</summary>
internal static class SelectorRegistry
{
    /// <summary>The environment variable that chooses the default.</summary>
    public const string Variable = "SPINDLE_SELECTOR";

    private static readonly (SelectorKind Kind, Func<IKernel, Selector> Make)[] Known =
    [
        (SelectorKind.Epoll, kernel => new EpollSelector(kernel)),
        (SelectorKind.Poll, kernel => new PollSelector(kernel)),
        (SelectorKind.Select, kernel => new SelectSelector(kernel)),
    ];

    public static Selector Create(SelectorKind kind, IKernel kernel)
    {
        foreach ((SelectorKind known, Func<IKernel, Selector> make) in Known)
        {
            if (known == kind)
            {
                return make(kernel);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(kind), kind, $"There is no such selector; there are {Names()}.");
    }

    /// <summary>The one that the environment names, else the first that works here (SEL-27).</summary>
    public static Selector CreateDefault(IKernel kernel) => CreateDefault(kernel, Environment.GetEnvironmentVariable(Variable));

    /// <inheritdoc cref="CreateDefault(IKernel)"/>
    /// <param name="kernel">The kernel.</param>
    /// <param name="name">What the environment says; null or empty when it says nothing.</param>
    public static Selector CreateDefault(IKernel kernel, string? name) =>
        string.IsNullOrEmpty(name) ? Probe(kernel) : Create(Parse(name), kernel);

    private static SelectorKind Parse(string name)
    {
        foreach ((SelectorKind known, _) in Known)
        {
            if (string.Equals(name, known.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return known;
            }
        }

        throw new ArgumentException($"{Variable} is \"{name}\"; it must be one of {Names()}.");
    }

    private static Selector Probe(IKernel kernel)
    {
        SystemCallException? last = null;
        foreach ((_, Func<IKernel, Selector> make) in Known)
        {
            try
            {
                // A wait is part of the probe: some sandboxes let a set be made but not waited on.
                Selector selector = make(kernel);
                try
                {
                    _ = selector.Select(TimeSpan.Zero);
                    return selector;
                }
                catch
                {
                    selector.Close();
                    throw;
                }
            }
            catch (SystemCallException unusable)
            {
                last = unusable;
            }
        }

        throw new PlatformNotSupportedException("None of epoll, poll and select works here.", last);
    }

    private static string Names() => string.Join(", ", Known.Select(known => known.Kind.ToString().ToLowerInvariant()));
}
