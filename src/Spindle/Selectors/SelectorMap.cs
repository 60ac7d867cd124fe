using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Spindle.Selectors;

/// <summary>A live view of a selector's keys by descriptor (SEL-16).</summary>
internal sealed class SelectorMap(SelectorTable table) : IReadOnlyDictionary<int, SelectorKey>
{
    public int Count => table.Count;

    public IEnumerable<int> Keys => table.All().Select(entry => entry.Fd);

    public IEnumerable<SelectorKey> Values => Keys.Select(table.Key);

    public SelectorKey this[int key] =>
        TryGetValue(key, out SelectorKey value) ? value : throw new KeyNotFoundException($"Descriptor {key} is not registered.");

    public bool ContainsKey(int key) => table.Contains(key);

    public bool TryGetValue(int key, [MaybeNullWhen(false)] out SelectorKey value)
    {
        bool isKnown = table.Contains(key);
        value = isKnown ? table.Key(key) : default;
        return isKnown;
    }

    public IEnumerator<KeyValuePair<int, SelectorKey>> GetEnumerator() => Keys.Select(fd => KeyValuePair.Create(fd, table.Key(fd))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
