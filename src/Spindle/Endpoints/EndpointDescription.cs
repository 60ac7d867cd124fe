using System.Globalization;
using System.Text;
using Spindle.Tls;

namespace Spindle.Endpoints;

/// <summary>An endpoint's description, taken apart: type ":" argument (":" argument)*.</summary>
/// <remarks>
/// <para>
/// An argument is a value or key "=" value. A backslash makes the next character literal; "=" after the first one of an
/// argument is literal anyway. Whoever makes the endpoint takes each argument once, in the order of the values without a
/// key; what nobody took is an error.
/// </para>
/// <para>Every member that finds the description wrong throws an <see cref="ArgumentException"/> that says how, and what would be right.</para>
/// <para>Thread: one at a time.</para>
/// </remarks>
public sealed class EndpointDescription
{
    private const string EqualsHint = "; \"=\" within a value is written \\=";

    private readonly string _text;
    private readonly List<string> _positional = [];
    private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);
    private int _typeEnd = -1; // Where the colon after the type is; -1 if there is none.

    internal EndpointDescription(string text, Func<TlsContext?>? defaultTls = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        DefaultTls = defaultTls;
        _text = text;
        List<(string? Key, string Value)> arguments = Split(text);
        Type = arguments[0].Key is null ? arguments[0].Value : throw Wrong("it must begin with a type, as in \"tcp:8080\"");
        foreach ((string? key, string value) in arguments.Skip(1))
        {
            if (key is null)
            {
                _positional.Add(value);
            }
            else if (!_named.TryAdd(key, value))
            {
                throw Wrong($"{key} is given twice");
            }
        }
    }

    /// <summary>The type, as it was written.</summary>
    public string Type { get; }

    /// <summary>Makes what a server does TLS with that names no key; null: it must name one.</summary>
    internal Func<TlsContext?>? DefaultTls { get; }

    /// <summary>Takes an argument by its name, else the next one without a name; null if there is neither.</summary>
    public string? Take(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (TakeNamed(key) is { } value)
        {
            return value;
        }

        if (_positional.Count == 0)
        {
            return null;
        }

        value = _positional[0];
        _positional.RemoveAt(0);
        return value;
    }

    /// <summary>Takes an argument that has to be given by its name; null if it is not there.</summary>
    public string? TakeNamed(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _named.Remove(key, out string? value) ? value : null;
    }

    /// <summary>Takes all that follows the type, as it was written: another description, for a type that stands in front of one.</summary>
    /// <returns>Empty if there is nothing.</returns>
    public string TakeRest()
    {
        _positional.Clear();
        _named.Clear();
        return _typeEnd < 0 ? "" : _text[(_typeEnd + 1)..];
    }

    /// <summary>Takes an argument that must be there.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="example">A right description, for the exception.</param>
    /// <exception cref="ArgumentException">It is missing.</exception>
    public string TakeRequired(string key, string example) => Take(key) ?? throw Missing(key, example);

    /// <summary>Takes a whole number within bounds; null if it is not there.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="min">The smallest.</param>
    /// <param name="max">The largest.</param>
    /// <exception cref="ArgumentException">It is no number, or out of bounds.</exception>
    public int? TakeNumber(string key, int min, int max)
    {
        string? text = Take(key);
        if (text is null)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
            ? number
            : throw Wrong($"the {key} is \"{text}\"; it must be a number from {min} to {max}{(text.Length == 0 ? "; a colon within a value is written \\:" : "")}");
    }

    /// <summary>Takes a time in whole seconds; null if it is not there.</summary>
    /// <param name="key">Its name.</param>
    /// <exception cref="ArgumentException">It is no number of seconds, or longer than 24 days.</exception>
    public TimeSpan? TakeSeconds(string key) =>
        TakeNumber(key, 0, int.MaxValue / 1000) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Takes nothing: what the endpoint needs of the reactor.</summary>
    /// <typeparam name="T">The interface, <see cref="IReactorTcp"/> for example.</typeparam>
    /// <exception cref="ArgumentException">The reactor does not offer it.</exception>
    public T Require<T>(IReactorCore reactor)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(reactor);
        return reactor as T ?? throw Wrong($"{Type} endpoints need a reactor that is an {typeof(T).Name}; {reactor.GetType().Name} is none");
    }

    /// <summary>The exception for a description that is wrong.</summary>
    /// <param name="what">What is wrong and what would be right, without a full stop.</param>
    public ArgumentException Wrong(string what) => Wrong(what, null);

    /// <summary>As the public one, with what was found below.</summary>
    internal ArgumentException Wrong(string what, Exception? inner) => new($"endpoint \"{_text}\": {what}.", inner);

    /// <summary>The exception for an argument that is missing; it may be there and have been taken for a name.</summary>
    internal ArgumentException Missing(string key, string example) =>
        Wrong($"the {key} is missing; write it as in \"{example}\"{(_named.Count > 0 ? EqualsHint : "")}");

    /// <summary>Escapes a value so that it stays one, whatever is in it (EP-17; "=" too).</summary>
    internal static string Quote(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace(":", "\\:", StringComparison.Ordinal)
            .Replace("=", "\\=", StringComparison.Ordinal);

    /// <summary>Says that nothing may be left.</summary>
    internal void End()
    {
        EndValues();
        if (_named.Count > 0)
        {
            throw Wrong($"{Type} endpoints have no {_named.Keys.First()}{EqualsHint}");
        }
    }

    /// <summary>What comes now is given by name only.</summary>
    internal void EndValues()
    {
        if (_positional.Count > 0)
        {
            throw Wrong($"there is one value too many, \"{_positional[0]}\"; a colon within a value is written \\:");
        }
    }

    private List<(string? Key, string Value)> Split(string text)
    {
        List<(string? Key, string Value)> arguments = [];
        StringBuilder current = new();
        string? key = null;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\\')
            {
                current.Append(++i < text.Length ? text[i] : throw Wrong("it ends with a backslash, which must be followed by the character that it makes literal"));
            }
            else if (c == ':')
            {
                if (arguments.Count == 0)
                {
                    _typeEnd = i;
                }

                arguments.Add((key, current.ToString()));
                current.Clear();
                key = null;
            }
            else if (c == '=' && key is null)
            {
                key = current.ToString();
                current.Clear();
            }
            else
            {
                current.Append(c);
            }
        }

        arguments.Add((key, current.ToString()));
        return arguments;
    }
}
