using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Metadata of a route or a cluster that carries what it was made from. YARP hands a route's to every request that it matches, and a cluster's to whoever makes its HTTP client, so both
/// find in one piece what belongs together, whatever has been reloaded since; it lives as long as the last request that needs it. YARP itself sees and compares the text only.
/// </summary>
internal sealed class CarryingMetadata<T>(IEnumerable<KeyValuePair<string, string>>? text, T carried) : IReadOnlyDictionary<string, string>
{
    private readonly Dictionary<string, string> _text = new(text ?? FrozenDictionary<string, string>.Empty, StringComparer.OrdinalIgnoreCase);

    public T Carried => carried;

    public int Count => _text.Count;

    public IEnumerable<string> Keys => _text.Keys;

    public IEnumerable<string> Values => _text.Values;

    public string this[string key] => _text[key];

    public bool ContainsKey(string key) => _text.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => _text.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _text.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
