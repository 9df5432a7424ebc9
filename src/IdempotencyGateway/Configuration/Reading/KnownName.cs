namespace IdempotencyGateway.Configuration.Reading;

/// <summary>A name that was read through a <see cref="SectionReader"/>: exactly one of the five cases below. All known names together are the shape of a section.</summary>
internal abstract record KnownName(string Name)
{
    /// <param name="Fallback">The value when the name is left out; null for none.</param>
    public sealed record Value(string Name, ValueForm Form, object? Fallback) : KnownName(Name)
    {
        /// <summary>The default as it would be written in the file; empty for none.</summary>
        public string Default => Fallback is null ? "" : Form.ShowValue(Fallback);
    }

    public sealed record List(string Name, JsonShape Item, string Description, int Min, int Max) : KnownName(Name);

    public sealed record Section(string Name, SectionReader Reader) : KnownName(Name);

    /// <param name="Readers">One for each item of the list.</param>
    public sealed record Sections(string Name, IReadOnlyList<SectionReader> Readers, int Min, int Max) : KnownName(Name);

    /// <summary>A part that another library defines, or that is ignored.</summary>
    public sealed record Foreign(string Name) : KnownName(Name);
}
