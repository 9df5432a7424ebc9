using System.Diagnostics.CodeAnalysis;

namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>The labels of one series. Equality ignores their order, and a measurement's tags can be looked up without copying them.</summary>
internal sealed record LabelSet(KeyValuePair<string, object?>[] Tags)
{
    public sealed class Comparer : IEqualityComparer<LabelSet>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, LabelSet>
    {
        public static Comparer Instance { get; } = new();

        public LabelSet Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => new(alternate.ToArray());

        public bool Equals(LabelSet? x, LabelSet? y) => x is null ? y is null : y is not null && Equals(x.Tags, y);

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, LabelSet other)
        {
            var tags = other.Tags;
            if (alternate.Length != tags.Length)
                return false;
            for (var i = 0; i < alternate.Length; i++)
            {
                // Fast path: measurements usually have their labels in the same order.
                if (!Same(alternate[i], tags[i]) && !Holds(tags, alternate[i]))
                    return false;
            }
            return true;
        }

        public int GetHashCode([DisallowNull] LabelSet obj) => GetHashCode(obj.Tags);

        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
        {
            var hash = 0;
            foreach (var (name, value) in alternate)
                hash += (name.Length * 397) ^ (value?.GetHashCode() ?? 0);
            return hash;
        }

        private static bool Holds(KeyValuePair<string, object?>[] tags, KeyValuePair<string, object?> wanted)
        {
            foreach (var tag in tags)
            {
                if (Same(tag, wanted))
                    return true;
            }
            return false;
        }

        private static bool Same(KeyValuePair<string, object?> x, KeyValuePair<string, object?> y) =>
            string.Equals(x.Key, y.Key, StringComparison.Ordinal) && Equals(x.Value, y.Value);
    }
}
