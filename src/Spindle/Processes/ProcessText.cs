using System.Collections;
using System.Text;

namespace Spindle.Processes;

/// <summary>Texts as a child gets them: UTF-8 whatever the console says (PROC-10), with a NUL at the end.</summary>
internal static class ProcessText
{
    private const string PathPrefix = "PATH=";
    private const string DefaultPath = "/bin:/usr/bin";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Encodes a text.</summary>
    /// <exception cref="ArgumentException">It contains a NUL, or is not valid Unicode.</exception>
    public static byte[] Encode(string text, string what, string parameter)
    {
        if (text is null)
        {
            throw new ArgumentException($"{what} is null; it must be a text.", parameter);
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw ContainsNul(what, parameter);
        }

        byte[] encoded = new byte[Utf8.GetMaxByteCount(text.Length) + 1];
        try
        {
            int length = Utf8.GetBytes(text, encoded);
            return encoded[..(length + 1)];
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException($"{what} cannot be encoded as UTF-8: it has half a surrogate pair.", parameter);
        }
    }

    /// <summary>Takes bytes as they are.</summary>
    /// <exception cref="ArgumentException">They contain a NUL.</exception>
    public static byte[] Encode(ReadOnlyMemory<byte> bytes, string what, string parameter) =>
        bytes.Span.Contains((byte)0) ? throw ContainsNul(what, parameter) : [.. bytes.Span, 0];

    public static List<byte[]> EncodeArguments(string executable, IReadOnlyList<string>? args, IReadOnlyList<ReadOnlyMemory<byte>>? bytes)
    {
        List<byte[]> encoded = bytes is not null
            ? [.. bytes.Select((argument, i) => Encode(argument, $"argument {i}", nameof(ProcessOptions.ArgumentBytes)))]
            : [.. (args ?? []).Select((argument, i) => Encode(argument, $"argument {i}", nameof(args)))];

        // Linux gives a program without any argument an empty one, and warns; many a program trips over that.
        return encoded.Count > 0 ? encoded : [Encode(executable, "the executable", nameof(executable))];
    }

    public static List<byte[]> EncodeEnvironment(ProcessEnvironment env)
    {
        if (env.Raw is { } raw)
        {
            return [.. raw.Select(variable => Encode(variable, "a variable of the environment", nameof(env)))];
        }

        IEnumerable<KeyValuePair<string, string>> variables = env.IsInherited ? Inherited() : env.Variables;
        return [.. variables.Select(variable => EncodeVariable(variable.Key, variable.Value, nameof(env)))];
    }

    /// <summary>Where a program is searched that is given without a slash (PROC-4).</summary>
    public static string SearchPathOf(List<byte[]> environment)
    {
        byte[] prefix = Encoding.ASCII.GetBytes(PathPrefix);
        byte[]? variable = environment.Find(each => each.AsSpan().StartsWith(prefix));
        return variable is null ? DefaultPath : Encoding.UTF8.GetString(variable.AsSpan(prefix.Length, variable.Length - prefix.Length - 1));
    }

    private static byte[] EncodeVariable(string name, string value, string parameter)
    {
        if (string.IsNullOrEmpty(name) || name.Contains('=', StringComparison.Ordinal))
        {
            throw new ArgumentException($"\"{name}\" cannot be the name of a variable: it must not be empty nor contain \"=\".", parameter);
        }

        byte[] encodedName = Encode(name, $"the variable name \"{name}\"", parameter);
        byte[] encodedValue = Encode(value, $"the value of the variable {name}", parameter);
        encodedName[^1] = (byte)'=';
        return [.. encodedName, .. encodedValue];
    }

    private static IEnumerable<KeyValuePair<string, string>> Inherited()
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            yield return new((string)variable.Key, (string?)variable.Value ?? "");
        }
    }

    private static ArgumentException ContainsNul(string what, string parameter) =>
        new($"{what} contains a NUL, which no argument and no variable can.", parameter);
}
