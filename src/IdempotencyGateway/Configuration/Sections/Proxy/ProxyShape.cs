using System.Globalization;
using System.Reflection;
using IdempotencyGateway.Configuration.Reading;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections.Proxy;

/// <summary>
/// Compares YARP's section with the public types that YARP reads it into, and reports unknown names and unreadable values at their path. Metadata and
/// transforms are dictionaries of text, so any name is allowed there; <see cref="ProxyTransforms"/> checks transforms.
/// </summary>
internal sealed class ProxyShape(ProblemList problems)
{
    /// <summary>YARP takes these from the name of the entry, not from a value in it.</summary>
    private static readonly string[] NamedByEntry = ["RouteConfig.RouteId", "ClusterConfig.ClusterId"];

    /// <summary>Paths of empty texts, which mean the same as leaving them out.</summary>
    public HashSet<string> NotGiven { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="section">The whole section: routes and clusters by name.</param>
    public void Check(IConfigurationSection section)
    {
        CheckNames(section, ["Routes", "Clusters"]);
        CheckEach(section.GetSection("Routes"), typeof(RouteConfig));
        CheckEach(section.GetSection("Clusters"), typeof(ClusterConfig));
    }

    /// <param name="name">The type and property that the value, or the list that it is an item of, belongs to.</param>
    private void Check(IConfigurationSection given, Type type, string name)
    {
        if (ItemOf(type, typeof(IReadOnlyList<>)) is { } item)
            CheckList(given, child => Check(child, item, name));
        else if (type.IsDefined(typeof(FlagsAttribute)))
            CheckList(given, child => CheckValue(child, type, name));
        else if (ItemOf(type, typeof(IReadOnlyDictionary<,>)) is { } entry)
            CheckEach(given, entry);
        else if (type.Assembly == typeof(RouteConfig).Assembly && !type.IsEnum)
            CheckRecord(given, type);
        else
            CheckValue(given, type, name);
    }

    private void CheckRecord(IConfigurationSection given, Type type)
    {
        if (!IsContainer(given, "a section: write { ... }"))
            return;
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite && !NamedByEntry.Contains($"{type.Name}.{p.Name}"))
            .ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        CheckNames(given, properties.Keys);
        foreach (var child in given.GetChildren())
        {
            if (properties.TryGetValue(child.Key, out var property))
                Check(child, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, $"{type.Name}.{property.Name}");
        }
    }

    private void CheckEach(IConfigurationSection given, Type type)
    {
        if (!IsContainer(given, "a section: write { ... }"))
            return;
        foreach (var child in given.GetChildren())
            Check(child, type, type.Name);
    }

    private void CheckList(IConfigurationSection given, Action<IConfigurationSection> checkItem)
    {
        if (!IsContainer(given, "a list: write [ ... ]"))
            return;
        foreach (var child in given.GetChildren())
        {
            if (int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                checkItem(child);
            else
                problems.Add(child.Path, "has a name, but this is a list: write [ ... ].");
        }
    }

    private void CheckValue(IConfigurationSection given, Type type, string name)
    {
        var (form, fits) = ProxyTexts.FormOf(name) ?? FormOf(type);
        if (given.GetChildren().Any())
            problems.Add(given.Path, $"is not one value: write {form}.");
        else if (given.Value is null)
            problems.Add(given.Path, $"is empty: write {form}, or leave the name out.");
        else if (given.Value.Length == 0 && ProxyTexts.MayBeEmpty(name))
            NotGiven.Add(given.Path);
        else if (!fits(given.Value))
            problems.Add(given.Path, $"{QuotedValue.Of(given.Value)} is not {form}.");
    }

    private void CheckNames(IConfigurationSection given, IReadOnlyCollection<string> known)
    {
        foreach (var child in given.GetChildren().Where(c => !known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            problems.Add(child.Path, $"is not a name that YARP knows here.{NearestName.Hint(child.Key, known)} "
                + $"Known here: {string.Join(", ", known)}.");
        }
    }

    private bool IsContainer(IConfigurationSection given, string form)
    {
        if (given.Value is not { Length: > 0 } value)
            return true;
        problems.Add(given.Path, $"{QuotedValue.Of(value)} is one value, but this is {form}.");
        return false;
    }

    /// <summary>The forms of values that YARP accepts. They are narrower than the gateway's own: a duration is hh:mm:ss only.</summary>
    private static (string Form, Func<string, bool> Fits) FormOf(Type type)
    {
        var culture = CultureInfo.InvariantCulture;
        const NumberStyles Signed = NumberStyles.AllowLeadingSign;
        return type switch
        {
            { IsEnum: true } => ($"one of: {string.Join(", ", Enum.GetNames(type))}", text => IsNameIn(type, text)),
            _ when type == typeof(string) => ("text", _ => true),
            _ when type == typeof(bool) => ("true or false", text => bool.TryParse(text, out _)),
            _ when type == typeof(int) => ("a whole number", text => int.TryParse(text, Signed, culture, out _)),
            _ when type == typeof(long) => ("a whole number", text => long.TryParse(text, Signed, culture, out _)),
            _ when type == typeof(TimeSpan) => ("a duration as YARP writes it, hh:mm:ss or d.hh:mm:ss", DurationText.IsClock),
            _ when type == typeof(Uri) => ("an absolute URI", text => Uri.TryCreate(text, UriKind.Absolute, out _)),
            _ when type == typeof(Version) => ("an HTTP version, such as 1.1 or 2", IsVersion),
            _ => throw new InvalidOperationException($"YARP reads a {type} that the gateway cannot check yet"),
        };
    }

    private static bool IsNameIn(Type type, string text) => Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase);

    private static bool IsVersion(string text) => Version.TryParse(text.Contains('.') ? text : text + ".0", out _);

    /// <returns>The last type argument: a list's item or a dictionary's value.</returns>
    private static Type? ItemOf(Type type, Type open) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == open ? type.GetGenericArguments()[^1] : null;
}
