/// <summary>Texts by name, and the news of changes.</summary>
internal sealed class Store
{
    private readonly Dictionary<string, string> _values = [];

    public event Action<string>? Changed;

    public string? Get(string key) => _values.GetValueOrDefault(key);

    public void Set(string key, string value)
    {
        _values[key] = value;
        Changed?.Invoke(key);
    }
}
