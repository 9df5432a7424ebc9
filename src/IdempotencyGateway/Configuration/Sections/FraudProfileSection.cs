using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>Reads one named fraud profile; <see cref="FraudSourcesSection"/> reads its lists, databases, edges and services.</summary>
internal static class FraudProfileSection
{
    private const string Headers = "Headers";
    private const string JsonPrefix = "json:";

    private static readonly ValueForm<TimeSpan> Budget = ValueForms.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
    private static readonly ValueForm<int> Points = ValueForms.Integer(0, 100);
    private static readonly ValueForm<int> Many = ValueForms.Integer(1, 1_000_000_000);

    private static readonly ValueForm<string> Name = ValueForms.Text(
        "1 to 64 ASCII characters", text => text.Length is > 0 and <= RiskModel.MaxNameLength && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'));

    private static readonly ValueForm<RiskSubject> Subject = new(
        "a place in the request: json:/<pointer>, form:<field>, header:<name> or claim:<name>", RiskSubject.TryParse, source => source.ToString())
    {
        Shape = new("string") { Pattern = "^(header|json|form|claim):.+$" },
    };

    private static readonly ValueForm<RiskAction> Action = new("Annotate, Block or Route:<cluster>", RiskAction.TryParse, action => action.ToString())
    {
        Shape = new("string") { Pattern = "^(Annotate|Block|Route:.+)$" },
    };

    private static readonly ValueForm<string> Injection = new(
        "Headers, or json:/<pointer> to a place in the body", TryReadInjection, text => text)
    {
        Shape = new("string") { Pattern = "^(Headers|json:/.+)$" },
    };

    private static readonly ValueForm<VelocityWindow> Window = new(
        "60s, 1h or 24h", TryReadWindow, window => DurationText.Format(TimeSpan.FromSeconds((int)window)))
    {
        Shape = new("string") { Pattern = DurationText.Pattern },
    };

    /// <returns>Null, with problems, when the profile's model is invalid.</returns>
    public static FraudProfile? Read(
        string name, SectionReader section, FrozenDictionary<string, IssuerSnapshot> issuers, Dictionary<string, RiskSigningKey?> keys)
    {
        var budget = section.Value("Budget", TimeSpan.FromMilliseconds(200), Budget);
        var country = section.Optional("Country", ValueForms.Source);
        var sources = new FraudSourcesSection(section);
        var profile = new FraudProfile
        {
            Name = name,
            Model = ReadModel(name, section)!,
            Budget = budget,
            OnDegraded = section.Value("OnDegraded", OnDegraded.Allow, ValueForms.Choice<OnDegraded>()),
            DryRun = section.Value("DryRun", false, ValueForms.Boolean),
            Lists = sources.Lists(),
            Databases = sources.Databases(),
            Subject = section.List("Subject", Subject, min: 0, max: 8) ?? [],
            Issuer = section.Named("Issuer", IssuersSection.Name, "Idempotency:Issuers", issuers),
            Country = country,
            Velocity = ReadVelocity(section),
            Edges = sources.Edges(),
            External = sources.Services(budget),
            Actions = ReadActions(section.Section("Actions")),
            SignWith = section.Named("SignWith", Name, "Fraud:Keys", keys),
        };
        if (profile.Subject.Count == 0 && section.AreRight("Subject", "Velocity") && profile.Velocity.Any(rule => rule.CountsSubjects))
            section.Reject("Velocity", "counts by Subject, but the profile's Subject is empty, so nothing would be counted: write in Subject the places that name it.");
        return profile.Model is null ? null : ReadInjection(section, profile);
    }

    private static RiskModel? ReadModel(string name, SectionReader section)
    {
        var levels = section.Section("Levels");
        var defaults = RiskLevels.Default;
        var read = new RiskLevels(
            levels.Value("Elevated", defaults.Elevated, Points), levels.Value("High", defaults.High, Points), levels.Value("Critical", defaults.Critical, Points));
        var model = RiskModel.TryCreate(
            section.Value("Model", name, Name), ReadPoints(section.Section("Weights")), ReadPoints(section.Section("Caps")), read, out var mistakes);
        foreach (var mistake in mistakes)
            section.Reject(mistake.Path, $"{mistake.Problem}.");
        return model;
    }

    private static Dictionary<string, int> ReadPoints(SectionReader section) =>
        section.Names.ToDictionary(name => name, name => section.Value(name, 0, Points), StringComparer.Ordinal);

    private static List<VelocityRule> ReadVelocity(SectionReader section)
    {
        var rules = new List<VelocityRule>();
        foreach (var entry in section.Sections("Velocity", min: 0, max: 16) ?? [])
        {
            var by = entry.Value("By", VelocityBy.Ip, ValueForms.Choice<VelocityBy>());
            var windows = entry.List("Windows", Window, min: 1, max: 3) ?? [VelocityWindow.Minute];
            var distinct = entry.Value("Distinct", VelocityOf.Requests, ValueForms.Choice<VelocityOf>());
            var rule = new VelocityRule(by, windows, entry.Value("Soft", 20, Many), entry.Value("Hard", 60, Many)) { Distinct = distinct };
            if (entry.AreRight("Soft", "Hard") && rule.Hard <= rule.Soft)
                entry.Reject("Hard", $"is {rule.Hard}, not more than Soft ({rule.Soft}): raise it.");
            if (rules.Exists(other => other.By == by && other.Distinct == distinct && other.Windows.Intersect(windows).Any()) && entry.AreRight("By", "Distinct", "Windows"))
                entry.Reject("Windows", $"names a window in which another rule counts {distinct} by {by} already: write one rule for each.");
            if (distinct != VelocityOf.Requests)
                CheckDistinct(rule, entry);
            rules.Add(rule);
        }
        return rules;
    }

    private static void CheckDistinct(VelocityRule rule, SectionReader entry)
    {
        if (rule.Distinct.ToString() == rule.By.ToString() && entry.AreRight("By", "Distinct"))
            entry.Reject("Distinct", $"is {rule.Distinct}, the same as By, so the count would always be 1: name another.");
        if (rule.Hard > Track.RememberedValues && entry.AreRight("Hard"))
            entry.Reject("Hard", $"is {rule.Hard}, but different values are counted only up to {Track.RememberedValues}: lower it.");
    }

    /// <summary>A level that is left out has the action of the level below it, so that a profile that blocks suspicious requests does not let worse ones through.</summary>
    private static Dictionary<RiskLevel, RiskAction> ReadActions(SectionReader section)
    {
        RiskAction action = RiskAction.Annotate.Instance;
        var actions = new Dictionary<RiskLevel, RiskAction>();
        foreach (var level in (RiskLevel[])[RiskLevel.Elevated, RiskLevel.High, RiskLevel.Critical])
            actions.Add(level, action = section.Value(level.ToString(), action, Action));
        return actions;
    }

    private static FraudProfile ReadInjection(SectionReader section, FraudProfile profile)
    {
        var places = section.List("Inject", Injection, min: 1, max: 2) ?? [Headers];
        var inHeaders = places.Contains(Headers, StringComparer.Ordinal);
        if (profile.SignWith is not null && !inHeaders)
            section.Reject("SignWith", "signs headers, but Inject does not name Headers: add it there.");
        return profile with { InHeaders = inHeaders, InBody = places.Where(place => place != Headers).Select(Pointer).FirstOrDefault() };
    }

    private static JsonPointer? Pointer(string place) => JsonPointer.TryParse(place[JsonPrefix.Length..], out var pointer) ? pointer : null;

    private static bool TryReadInjection(string text, [MaybeNullWhen(false)] out string place)
    {
        place = text;
        return text == Headers || (text.StartsWith(JsonPrefix, StringComparison.Ordinal) && Pointer(text) is not null);
    }

    private static bool TryReadWindow(string text, out VelocityWindow window)
    {
        window = DurationText.TryParse(text, out var length) ? (VelocityWindow)(long)length.TotalSeconds : default;
        return Enum.IsDefined(window) && length == TimeSpan.FromSeconds((int)window);
    }
}
