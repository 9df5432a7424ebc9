using System.Collections.Frozen;
using System.Text;
using IdempotencyGateway.Configuration.Files;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Fields;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>Reads the fraud profiles, by name, and the settings that they share.</summary>
internal static class FraudSection
{
    private const int MaxProfiles = 64;
    private const int MaxKeys = 16;
    private const int MaxNameLength = 64;

    private static readonly ValueForm<string> KeyText = ValueForms.Text(
        $"at least {RiskSignature.MinKeyInBytes} bytes", text => Encoding.UTF8.GetByteCount(text) >= RiskSignature.MinKeyInBytes) with
    {
        IsSecret = true,
    };

    /// <param name="issuers">By name, in any letter case.</param>
    public static FraudSnapshot Read(SectionReader section, FrozenDictionary<string, IssuerSnapshot> issuers)
    {
        var proxies = section.List("TrustedProxies", ValueForms.Network, min: 0, max: 256) ?? [];
        var files = new List<ConfigurationFile>();
        var keys = ReadKeys(section.Section("Keys"), files);
        var entries = section.Section("Profiles");
        if (entries.Names.Count > MaxProfiles)
            section.Reject("Profiles", $"has {entries.Names.Count} profiles: write at most {MaxProfiles}.");
        var profiles = new Dictionary<string, FraudProfile>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in entries.Names)
        {
            if (name.Length > MaxNameLength || !HttpToken.IsValid(name))
                entries.Reject(name, $"is not a profile name: write 1 to {MaxNameLength} letters, digits, dashes or dots.");
            var entry = entries.Section(name);
            if (FraudProfileSection.Read(name, entry, issuers, keys) is not { } profile)
                continue;
            profiles.Add(name, profile);
            if (profile.Edges.Count > 0 && proxies.Count == 0 && section.AreRight("TrustedProxies"))
                entry.Reject("Edges", "are believed only from trusted proxies, but there are none: name them in Fraud:TrustedProxies.");
        }
        return new()
        {
            TrustedProxies = proxies.Count == 0 ? AddressList.Empty : AddressList.Of(proxies.Select(NetworkRange.From)),
            ForwardingHeader = section.Value("ForwardingHeader", ForwardingHeader.Either, ValueForms.Choice<ForwardingHeader>()),
            KeyFiles = files,
            Profiles = profiles.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
        };
    }

    /// <returns>Keys by name; null, with a problem, for a key that cannot be read.</returns>
    private static Dictionary<string, RiskSigningKey?> ReadKeys(SectionReader section, List<ConfigurationFile> files)
    {
        var keys = new Dictionary<string, RiskSigningKey?>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in section.Names)
        {
            if (name.Length > MaxNameLength || !HttpToken.IsValid(name))
                section.Reject(name, $"is not a key's name: write 1 to {MaxNameLength} letters, digits, dashes or dots.");
            keys.Add(name, ReadKey(name, section.Section(name), files));
        }
        if (keys.Count > MaxKeys)
            section.Reject(keys.Keys.Last(), $"is one of {keys.Count} keys: write at most {MaxKeys}.");
        return keys;
    }

    private static RiskSigningKey? ReadKey(string name, SectionReader section, List<ConfigurationFile> files)
    {
        var file = section.File("File");
        var text = section.Text("Value", KeyText);
        if (!section.AreRight("File", "Value"))
            return null;
        if (file is null == text is null)
        {
            section.Reject("File", "or Value has to be set, and only one of them: name the key's file, or set Value in the environment.");
            return null;
        }
        if (text is not null)
            return new(name, Encoding.UTF8.GetBytes(text));
        var bytes = SmallFile.Read(file!, out var read, out var problem);
        files.Add(read);
        var key = bytes is null ? [] : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Trim('\uFEFF').Trim());
        if (problem is null && key.Length < RiskSignature.MinKeyInBytes)
            problem = $"{file} holds {key.Length} bytes, but a key needs at least {RiskSignature.MinKeyInBytes}: make one with openssl rand -base64 32.";
        if (problem is null)
            return new(name, key);
        section.Reject("File", problem);
        return null;
    }
}
