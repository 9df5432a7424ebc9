using System.Globalization;

namespace IdempotencyGateway.Configuration.Reading;

/// <summary>
/// A cursor over one section of the configuration. Every name it is asked for becomes a known name; whatever else the section holds is reported by
/// <see cref="ReportUnknownNames"/>. A wrong value becomes a problem and reads as its default, so that reading always goes on to the end.
/// </summary>
internal sealed class SectionReader
{
    private readonly ProblemList _problems;
    private readonly string _folder;
    private readonly Dictionary<string, IConfigurationSection> _given;
    private readonly Dictionary<string, KnownName> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="configuration">The section, or the whole configuration.</param>
    /// <param name="folder">The configuration file's: relative paths start there.</param>
    public SectionReader(IConfiguration configuration, ProblemList problems, string folder)
    {
        _problems = problems;
        _folder = folder;
        _given = configuration.GetChildren().ToDictionary(child => child.Key, StringComparer.OrdinalIgnoreCase);
        Path = (configuration as IConfigurationSection)?.Path ?? "";
        // Not quoted: it may be the secret that belongs below.
        if (configuration is IConfigurationSection { Value: not null })
            problems.Add(Path, $"is one value, but this is a section: write {{ ... }} with names in it.");
    }

    public string Path { get; }

    /// <summary>Every name asked for so far, in that order: the section's shape, which the schema and the reference have to match.</summary>
    public IReadOnlyCollection<KnownName> Known => _known.Values;

    /// <summary>Somebody reads whatever names the section holds: they are the user's.</summary>
    public bool HasFreeNames { get; private set; }

    public T Value<T>(string name, T fallback, ValueForm<T> form)
        where T : notnull
    {
        if (Know(new KnownName.Value(name, form, fallback)) is not { } given)
            return fallback;
        if (TryReadOne(given, form, out var value))
            return value;
        if (given.Value is not null)
            _problems.Add(given.Path, $"{Told(given.Value, form)}is not {form.Description}.{(form.Show(fallback) is { Length: > 0 } shown ? $" Left out, it is {shown}." : "")}");
        return fallback;
    }

    /// <summary>As <see cref="Value{T}"/>, and "none" (or empty text) reads as null.</summary>
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

    /// <summary>Text that may be left out; then it is null.</summary>
    public string? Text(string name, ValueForm<string> form) => Value(name, "", form) is { Length: > 0 } text ? text : null;

    /// <summary>A file that may be left out; then it is null.</summary>
    /// <returns>A full path.</returns>
    public string? File(string name) => Text(name, ValueForms.FilePath) is { } path ? FullPath(path) : null;

    /// <inheritdoc cref="File(string)"/>
    public string File(string name, string fallback) => FullPath(Value(name, fallback, ValueForms.FilePath));

    /// <summary>As <see cref="File(string)"/>, and "none" reads as null.</summary>
    public string? FileOrNone(string name) => ValueOrNone(name, "", ValueForms.FilePath) is { Length: > 0 } path ? FullPath(path) : null;

    /// <summary>Where a path in the configuration leads to.</summary>
    public string FullPath(string path) => System.IO.Path.GetFullPath(path, _folder);

    /// <summary>The name of an entry in another section; null when it is left out, or, with a problem, when there is no such entry.</summary>
    /// <param name="section">Where the entries are.</param>
    public T? Named<T>(string name, ValueForm<string> form, string section, IReadOnlyDictionary<string, T> entries)
        where T : class?
    {
        if (Text(name, form) is not { } given)
            return null;
        if (!entries.TryGetValue(given, out var entry))
            Reject(name, NearestName.Unknown(given, section, entries.Keys));
        return entry;
    }

    /// <summary>Items in the order of the file; null when the name is not there.</summary>
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

        // A section that is not there is read like an empty one, so that each default is stated in one place only.
        var section = _given.GetValueOrDefault(name) ?? new ConfigurationBuilder().Build().GetSection(PathOf(name));
        var reader = new SectionReader(section, _problems, _folder);
        Know(new KnownName.Section(name, reader));
        return reader;
    }

    /// <summary>A list of sections, in the order of the file; null when the name is not there.</summary>
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

    /// <summary>A value without which the section means nothing; null, with a problem, when it is not there or wrong.</summary>
    public T? Required<T>(string name, ValueForm<T> form)
        where T : class
    {
        if (!_given.ContainsKey(name))
            Reject(name, $"is missing: write {form.Description}.");
        return Optional(name, form);
    }

    /// <summary>A value that may be left out; null, too, when it is wrong, with a problem.</summary>
    public T? Optional<T>(string name, ValueForm<T> form)
        where T : class
    {
        if (Know(new KnownName.Value(name, form, Fallback: null)) is not { } given)
            return null;
        if (TryReadOne(given, form, out var value))
            return value;
        if (given.Value is not null)
            _problems.Add(given.Path, $"{Told(given.Value, form)}is not {form.Description}.");
        return null;
    }

    /// <summary>What the section holds, for sections whose names are free.</summary>
    public IReadOnlyCollection<string> Names
    {
        get
        {
            HasFreeNames = true;
            return _given.Keys;
        }
    }

    /// <summary>A part whose shape belongs to another library.</summary>
    public IConfigurationSection? Foreign(string name) => Know(new KnownName.Foreign(name));

    public void Ignore(string name) => Know(new KnownName.Foreign(name));

    public void Reject(string name, string message) => _problems.Add(PathOf(name), message);

    /// <summary>Nothing is wrong with these so far, so they can be compared with others.</summary>
    public bool AreRight(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!_problems.AreNoneAt(PathOf(name)))
                return false;
        }
        return true;
    }

    /// <summary>Reports the names that nobody asked for, here and below.</summary>
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

    /// <summary>An empty list reads as empty text with nothing below it.</summary>
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
                _problems.Add(item.Path, $"{Told(item.Value, form)}is not {form.Description}.");
        }
        return values;
    }

    /// <summary>Anything but a single value is reported here; a value of the wrong form by the caller, who knows what stands in for it.</summary>
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

    private static string Told(string value, ValueForm form) => form.IsSecret ? "" : $"{QuotedValue.Of(value)} ";
}
