using System.Diagnostics.CodeAnalysis;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>Reads a profile's sources: lists, databases, edges and services. Whether their files exist is not checked here, but when they are read.</summary>
/// <param name="section">The profile's section.</param>
internal sealed class FraudSourcesSection(SectionReader section)
{
    private static readonly ValueForm<int> Points = ValueForms.Integer(0, 100);
    private static readonly ValueForm<TimeSpan> Timeout = ValueForms.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
    private static readonly ValueForm<string> Name = ValueForms.Text("1 to 32 small letters, digits, dashes or dots", text => text.Length is > 0 and <= 32 && FieldKey.IsValid(text));
    private static readonly ValueForm<string> SignalName = ValueForms.Text("a signal's name, such as ip.list", FieldKey.IsValid);

    private static readonly ValueForm<Uri> ServiceUrl = new(
        "an absolute http or https address", TryReadUrl, url => url.ToString());

    private static readonly ValueForm<JsonPointer> Pointer = new(
        "a JSON pointer, such as /risk_score", (text, [MaybeNullWhen(false)] out value) => JsonPointer.TryParse(text, out value), pointer => pointer.Text);

    private static readonly ValueForm<JsonPattern> Pattern = new(
        "a JSON pointer, in which * stands for each item of a list, such as /reasons/*/code", JsonPattern.TryParse, pattern => pattern.Text);

    private static readonly ValueForm<TimeSpan> CacheTime = ValueForms.Duration(TimeSpan.Zero, TimeSpan.FromHours(1));

    public List<FraudList> Lists()
    {
        var lists = new List<FraudList>();
        foreach (var entry in section.Sections("Lists", min: 0, max: 32) ?? [])
        {
            var name = entry.Required("Name", Name);
            var path = entry.Required("Path", ValueForms.FilePath);
            var use = entry.Value("Action", FraudListUse.Score, ValueForms.Choice<FraudListUse>());
            var weight = entry.Value("Weight", 40, Points);
            var signal = entry.Value("Signal", "ip.list", SignalName);
            if (name is null || path is null)
                continue;
            if (lists.Exists(list => list.Name == name))
                entry.Reject("Name", $"is \"{name}\", the name of another list: give each its own.");
            lists.Add(new(name, section.FullPath(path), use) { Weight = weight, Signal = signal });
        }
        return lists;
    }

    public FraudDatabases Databases()
    {
        var databases = section.Section("Databases");
        return new()
        {
            City = databases.File("City"),
            Country = databases.File("Country"),
            Asn = databases.File("Asn"),
            Anonymous = databases.File("Anonymous"),
            Risk = databases.File("Risk"),
            TorGeoip = [.. (databases.List("TorGeoip", ValueForms.FilePath, min: 0, max: 2) ?? []).Select(section.FullPath)],
        };
    }

    public List<FraudEdge> Edges()
    {
        var edges = new List<FraudEdge>();
        foreach (var entry in section.Sections("Edges", min: 0, max: 8) ?? [])
        {
            var header = entry.Required("Header", ValueForms.HeaderName);
            var scale = entry.Value("Scale", EdgeScaleName.Percent, ValueForms.Choice<EdgeScaleName>());
            if (header is not null)
                edges.Add(new(header.ToLowerInvariant(), ScaleOf(scale)));
        }
        return edges;
    }

    public List<ExternalSource> Services(TimeSpan budget)
    {
        var services = new List<ExternalSource>();
        foreach (var entry in section.Sections("External", min: 0, max: 4) ?? [])
        {
            var name = entry.Required("Name", Name);
            var url = entry.Required("Url", ServiceUrl);
            var score = entry.Required("Score", Pointer);
            var timeout = entry.Value("Timeout", TimeSpan.FromMilliseconds(150), Timeout);
            var token = entry.File("TokenFile");
            var reasons = entry.Optional("Reasons", Pattern);
            var cacheFor = entry.Value("CacheFor", TimeSpan.Zero, CacheTime);
            if (timeout > budget && entry.AreRight("Timeout") && section.AreRight("Budget"))
                entry.Reject("Timeout", $"is {DurationText.Format(timeout)}, more than the Budget of {DurationText.Format(budget)}: lower it, or raise the Budget.");
            if (name is null || url is null || score is null)
                continue;
            if (services.Exists(service => service.Name == name))
                entry.Reject("Name", $"is \"{name}\", the name of another service: give each its own.");
            services.Add(new(name, url, timeout, score) { TokenFile = token, Reasons = reasons, CacheFor = cacheFor });
        }
        return services;
    }

    private static EdgeScale ScaleOf(EdgeScaleName name) => name switch
    {
        EdgeScaleName.Percent => EdgeScale.Percent,
        EdgeScaleName.Probability => EdgeScale.Probability,
        EdgeScaleName.CloudflareBotScore => EdgeScale.CloudflareBotScore,
        _ => throw new InvalidOperationException($"no scale {name}"),
    };

    private static bool TryReadUrl(string text, [MaybeNullWhen(false)] out Uri url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url is { Scheme: "http" or "https", UserInfo: "", Fragment: "" };
}
