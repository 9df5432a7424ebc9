namespace IdempotencyGateway.Configuration.Reading;

/// <summary>A name that a <see cref="SectionReader"/> was asked for: exactly one of the five cases below. Together they are the shape of a section.</summary>
internal abstract record KnownName(string Name)
{
    /// <param name="Fallback">What stands in for it when it is left out; null for nothing.</param>
    public sealed record Value(string Name, ValueForm Form, object? Fallback) : KnownName(Name)
    {
        /// <summary>As the file would write it; empty for none.</summary>
        public string Default => Fallback is null ? "" : Form.ShowValue(Fallback);
    }

    public sealed record List(string Name, JsonShape Item, string Description, int Min, int Max) : KnownName(Name);

    public sealed record Section(string Name, SectionReader Reader) : KnownName(Name);

    /// <param name="Readers">One for each item that is there.</param>
    public sealed record Sections(string Name, IReadOnlyList<SectionReader> Readers, int Min, int Max) : KnownName(Name);

    /// <summary>Its shape belongs to another library, or to nobody.</summary>
    public sealed record Foreign(string Name) : KnownName(Name);
}
