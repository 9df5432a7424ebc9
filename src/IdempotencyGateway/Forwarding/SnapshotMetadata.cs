using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// A route's metadata that carries the snapshot it was made from. YARP hands a route's configuration to every request that it matches, so a request finds
/// its routing and its policies in one piece, whatever has been reloaded since; the snapshot lives as long as the last request that needs it.
/// </summary>
/// <param name="number">Differs from one reload to the next, and is part of the text: YARP keeps a route whose text has not changed.</param>
internal sealed class SnapshotMetadata(IReadOnlyDictionary<string, string>? text, ChosenRoute route, long number) : IReadOnlyDictionary<string, string>
{
    private const string Number = "Reload";

    private readonly Dictionary<string, string> _text = new(text ?? FrozenDictionary<string, string>.Empty, StringComparer.OrdinalIgnoreCase)
    {
        [Number] = number.ToString(CultureInfo.InvariantCulture),
    };

    public ChosenRoute Route => route;

    public int Count => _text.Count;

    public IEnumerable<string> Keys => _text.Keys;

    public IEnumerable<string> Values => _text.Values;

    public string this[string key] => _text[key];

    public bool ContainsKey(string key) => _text.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => _text.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _text.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
