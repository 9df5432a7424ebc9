using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Metadata of a route or a cluster that carries what it was made from. YARP hands a route's to every request that it matches, and a cluster's to whoever makes its HTTP client, so both
/// find in one piece what belongs together, whatever has been reloaded since; it lives as long as the last request that needs it. YARP itself sees and compares the text only.
/// </summary>
internal sealed class CarryingMetadata<T>(IReadOnlyDictionary<string, string> text, T carried) : IReadOnlyDictionary<string, string>
{
    public T Carried => carried;

    public int Count => text.Count;

    public IEnumerable<string> Keys => text.Keys;

    public IEnumerable<string> Values => text.Values;

    public string this[string key] => text[key];

    public bool ContainsKey(string key) => text.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => text.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => text.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
