using System.Globalization;
using System.Text;

namespace Spindle.Endpoints;

/// <summary>An endpoint string, taken apart: type ":" argument (":" argument)* (EP-16).</summary>
/// <remarks>
/// An argument is a value or key "=" value. A backslash makes the next character literal. Each value may be taken once;
/// what nobody took is an error.
/// </remarks>
internal sealed class EndpointDescription
{
    private readonly string _text;
    private readonly List<string> _positional = [];
    private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);

    public EndpointDescription(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
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

    public string Type { get; }

    /// <summary>Escapes a value so that it stays one, whatever is in it (EP-17; "=" too).</summary>
    public static string Quote(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace(":", "\\:", StringComparison.Ordinal)
            .Replace("=", "\\=", StringComparison.Ordinal);

    /// <summary>Takes an argument by its name, else the next one without a name; null if there is neither.</summary>
    public string? Take(string key)
    {
        if (_named.Remove(key, out string? value))
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

    /// <summary>Takes an argument that must be there.</summary>
    public string TakeRequired(string key, string example) => Take(key) ?? throw Wrong($"the {key} is missing; write it as in \"{example}\"");

    /// <summary>Takes a whole number within bounds.</summary>
    public int? TakeNumber(string key, int min, int max)
    {
        string? text = Take(key);
        if (text is null)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
            ? number
            : throw Wrong($"the {key} is \"{text}\"; it must be a number from {min} to {max}");
    }

    /// <summary>Says that nothing may be left.</summary>
    public void End()
    {
        if (_positional.Count > 0)
        {
            throw Wrong($"there is one value too many, \"{_positional[0]}\"; a colon within a value is written \\:");
        }

        if (_named.Count > 0)
        {
            throw Wrong($"{Type} endpoints have no {_named.Keys.First()}");
        }
    }

    public ArgumentException Wrong(string what) => new($"endpoint \"{_text}\": {what}.");

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
