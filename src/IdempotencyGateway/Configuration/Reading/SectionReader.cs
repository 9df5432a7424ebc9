using System.Globalization;

namespace IdempotencyGateway.Configuration.Reading;

/// <summary>
/// Reads one section of the configuration. Every name that is read becomes a known name; <see cref="ReportUnknownNames"/> reports all other names in the
/// section. A wrong value is added to the problems and read as its default, so that reading continues and finds all problems.
/// </summary>
internal sealed class SectionReader
{
    private readonly ProblemList _problems;
    private readonly string _folder;
    private readonly Dictionary<string, IConfigurationSection> _given;
    private readonly Dictionary<string, KnownName> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="configuration">The section, or the whole configuration.</param>
    /// <param name="folder">The configuration file's folder, where relative paths start.</param>
    public SectionReader(IConfiguration configuration, ProblemList problems, string folder)
    {
        _problems = problems;
        _folder = folder;
        _given = configuration.GetChildren().ToDictionary(child => child.Key, StringComparer.OrdinalIgnoreCase);
        Path = (configuration as IConfigurationSection)?.Path ?? "";
        // The value is not quoted, because it may be a secret that belongs into the section.
        if (configuration is IConfigurationSection { Value: not null })
            problems.Add(Path, $"is one value, but this is a section: write {{ ... }} with names in it.");
    }

    public string Path { get; }

    /// <summary>The names that were read so far, in that order: the section's shape, which the schema and config/README.md must match.</summary>
    public IReadOnlyCollection<KnownName> Known => _known.Values;

    /// <summary>Whether the user chooses the section's names (<see cref="Names"/> was read).</summary>
    public bool HasFreeNames { get; private set; }

    public T Value<T>(string name, T fallback, ValueForm<T> form)
        where T : notnull
    {
        if (Know(new KnownName.Value(name, form, fallback)) is not { } given)
            return fallback;
        if (TryReadOne(given, form, out var value))
            return value;
        if (given.Value is not null)
            _problems.Add(given.Path, $"{Quote(given.Value, form)}is not {form.Description}.{(form.Show(fallback) is { Length: > 0 } shown ? $" The default is {shown}." : "")}");
        return fallback;
    }

    /// <summary>As <see cref="Value{T}"/>, but "none" (or empty text) is read as null.</summary>
    public T? ValueOrNone<T>(string name, T fallback, ValueForm<T> form)
        where T : class
    {
        var orNone = form with { Description = $"{form.Description}, or none" };
        var isNone = _given.GetValueOrDefault(name) is { Value: "" or "none" } given && !given.GetChildren().Any();
        if (!isNone)
            return Value(name, fallback, orNone);
        Know(new KnownName.Value(name, orNone, fallback));
        return null;
    }

    /// <summary>An optional text; null when it is left out.</summary>
    public string? Text(string name, ValueForm<string> form) => Value(name, "", form) is { Length: > 0 } text ? text : null;

    /// <summary>An optional file; null when it is left out.</summary>
    /// <returns>A full path.</returns>
    public string? File(string name) => Text(name, ValueForms.FilePath) is { } path ? FullPath(path) : null;

    /// <inheritdoc cref="File(string)"/>
    public string File(string name, string fallback) => FullPath(Value(name, fallback, ValueForms.FilePath));

    /// <summary>As <see cref="File(string)"/>, but "none" is read as null, too.</summary>
    public string? FileOrNone(string name) => ValueOrNone(name, "", ValueForms.FilePath) is { Length: > 0 } path ? FullPath(path) : null;

    /// <summary>Resolves a path of the configuration.</summary>
    public string FullPath(string path) => System.IO.Path.GetFullPath(path, _folder);

    /// <summary>A reference to an entry of another section; null when it is left out or, with a problem, when there is no such entry.</summary>
    /// <param name="section">The name of that section.</param>
    public T? Named<T>(string name, ValueForm<string> form, string section, IReadOnlyDictionary<string, T> entries)
        where T : class?
    {
        if (Text(name, form) is not { } given)
            return null;
        if (!entries.TryGetValue(given, out var entry))
            Reject(name, NearestName.Unknown(given, section, entries.Keys));
        return entry;
    }

    /// <summary>Items in the order of the file; null when the name is left out.</summary>
    public IReadOnlyList<T>? List<T>(string name, ValueForm<T> item, int min, int max)
        where T : notnull
    {
        if (Know(new KnownName.List(name, item.Shape, item.Description, min, max)) is not { } given)
            return null;
        var items = given.GetChildren().ToArray();
        if (!IsList(given, items))
        {
            _problems.Add(given.Path, $"is not a list: write [ ... ], each item {item.Description} "
                + $"(environment and command line: {given.Path}:0 and so on).");
            return null;
        }
        if (items.Length < min || items.Length > max)
            _problems.Add(given.Path, string.Create(CultureInfo.InvariantCulture, $"has {items.Length} items: write {min} to {max}."));
        return ReadItems(items, item);
    }

    public SectionReader Section(string name)
    {
        if (_known.GetValueOrDefault(name) is KnownName.Section known)
            return known.Reader;

        // A missing section is read like an empty one, so that each default is stated in one place only.
        var section = _given.GetValueOrDefault(name) ?? new ConfigurationBuilder().Build().GetSection(PathOf(name));
        var reader = new SectionReader(section, _problems, _folder);
        Know(new KnownName.Section(name, reader));
        return reader;
    }

    /// <summary>A list of sections, in the order of the file; null when the name is left out.</summary>
    public IReadOnlyList<SectionReader>? Sections(string name, int min, int max)
    {
        var given = _given.GetValueOrDefault(name);
        var items = given?.GetChildren().ToArray() ?? [];
        var readers = items.Select(item => new SectionReader(item, _problems, _folder)).ToArray();
        Know(new KnownName.Sections(name, readers, min, max));
        if (given is null)
            return null;
        if (!IsList(given, items))
        {
            _problems.Add(given.Path, "is not a list of sections: write [ { ... } ].");
            return null;
        }
        if (items.Length < min || items.Length > max)
            _problems.Add(given.Path, string.Create(CultureInfo.InvariantCulture, $"has {items.Length} items: write {min} to {max}."));
        return readers;
    }

    /// <summary>A required value; null, with a problem, when it is missing or wrong.</summary>
    public T? Required<T>(string name, ValueForm<T> form)
        where T : class
    {
        if (!_given.ContainsKey(name))
            Reject(name, $"is missing: write {form.Description}.");
        return Optional(name, form);
    }

    /// <summary>An optional value; null when it is left out or, with a problem, wrong.</summary>
    public T? Optional<T>(string name, ValueForm<T> form)
        where T : class
    {
        if (Know(new KnownName.Value(name, form, Fallback: null)) is not { } given)
            return null;
        if (TryReadOne(given, form, out var value))
            return value;
        if (given.Value is not null)
            _problems.Add(given.Path, $"{Quote(given.Value, form)}is not {form.Description}.");
        return null;
    }

    /// <summary>All names in the section, for sections whose names the user chooses.</summary>
    public IReadOnlyCollection<string> Names
    {
        get
        {
            HasFreeNames = true;
            return _given.Keys;
        }
    }

    /// <summary>A part that another library defines.</summary>
    public IConfigurationSection? Foreign(string name) => Know(new KnownName.Foreign(name));

    public void Ignore(string name) => Know(new KnownName.Foreign(name));

    public void Reject(string name, string message) => _problems.Add(PathOf(name), message);

    /// <summary>Whether no problem was found with these so far, so that they can be compared with others.</summary>
    public bool AreRight(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!_problems.AreNoneAt(PathOf(name)))
                return false;
        }
        return true;
    }

    /// <summary>Adds a problem for each name that was not read, here and in the sections below.</summary>
    public void ReportUnknownNames()
    {
        foreach (var name in _given.Keys.Except(_known.Keys, StringComparer.OrdinalIgnoreCase))
            Reject(name, $"is not a known name.{NearestName.Hint(name, _known.Keys)} Known here: {string.Join(", ", _known.Keys)}.");
        foreach (var section in _known.Values.OfType<KnownName.Section>())
            section.Reader.ReportUnknownNames();
        foreach (var section in _known.Values.OfType<KnownName.Sections>().SelectMany(list => list.Readers))
            section.ReportUnknownNames();
    }

    public string PathOf(string name) => Path.Length == 0 ? name : ConfigurationPath.Combine(Path, name);

    /// <summary>.NET represents an empty list as empty text.</summary>
    private static bool IsList(IConfigurationSection given, IConfigurationSection[] items) => items.Length == 0
        ? given.Value is ""
        : string.IsNullOrEmpty(given.Value) && items.All(i => int.TryParse(i.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private List<T> ReadItems<T>(IConfigurationSection[] items, ValueForm<T> form)
        where T : notnull
    {
        var values = new List<T>(items.Length);
        foreach (var item in items)
        {
            if (TryReadOne(item, form, out var value))
                values.Add(value);
            else if (item.Value is not null)
                _problems.Add(item.Path, $"{Quote(item.Value, form)}is not {form.Description}.");
        }
        return values;
    }

    /// <summary>Adds a problem for anything but a single value. A value of the wrong form is for the caller to report, who knows the default.</summary>
    private bool TryReadOne<T>(IConfigurationSection given, ValueForm<T> form, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
        where T : notnull
    {
        value = default;
        if (given.GetChildren().Any())
            _problems.Add(given.Path, $"is not one value: write {form.Description}.");
        else if (given.Value is null)
            _problems.Add(given.Path, $"is empty: write {form.Description}, or leave the name out.");
        return given.Value is not null && form.TryRead(given.Value, out value);
    }

    private IConfigurationSection? Know(KnownName known)
    {
        _known.TryAdd(known.Name, known);
        return _given.GetValueOrDefault(known.Name);
    }

    private static string Quote(string value, ValueForm form) => form.IsSecret ? "" : $"{QuotedValue.Of(value)} ";
}
