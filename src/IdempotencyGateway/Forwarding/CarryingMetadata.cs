using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// YARP metadata that also carries a typed object of the configuration that it was built from. YARP passes a route's metadata to each request that it matches, and a cluster's to the HTTP client
/// factory, so a request keeps one consistent configuration across reloads, for as long as it runs. YARP itself reads and compares only the strings.
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
