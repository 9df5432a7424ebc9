using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Fraud.Sources;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>What lists and databases know of an address. Look-ups in memory: nothing here waits.</summary>
internal static class AddressSignals
{
    private static readonly FieldValue PublicProxy = FieldValue.OfToken("public");
    private static readonly FieldValue ResidentialProxy = FieldValue.OfToken("residential");

    /// <returns>Where the address is, as far as a database says.</returns>
    public static LocationAnswer Find(NetworkAddress address, FraudProfile profile, SourceFiles files, Findings findings)
    {
        foreach (var list in profile.Lists)
            LookUp(address, list, files.List(list.Path), findings);
        var location = Locate(address, profile.Databases, files, findings);
        if (profile.Databases.Asn is { } networks && TryUse(files.Network(networks), "asn", findings) is { } database)
        {
            if (database.Find(address, out var number) == DatabaseAnswer.Corrupt)
                findings.Missing("asn");
            else if (number is { } known)
                findings.Fact(SignalNames.IpAsn, FieldValue.OfInteger(known));
        }
        Unmask(address, profile.Databases.Anonymous, "anonymous", files, findings);
        Unmask(address, profile.Databases.Risk, "risk", files, findings);
        return location;
    }

    private static void LookUp(NetworkAddress address, FraudList list, SourceFile<AddressList> file, Findings findings)
    {
        if (TryUse(file, list.Name, findings) is not { } addresses || !addresses.Contains(address))
            return;
        switch (list.Use)
        {
            case FraudListUse.Block:
                findings.Deny(list.Name);
                break;
            case FraudListUse.Allow:
                findings.Allow(list.Name);
                break;
            case FraudListUse.Score:
                findings.Fact(list.Signal, FieldValue.OfText(list.Name));
                findings.Raise(ReasonKinds.IpListed, list.Weight, FieldParameters.Of(("list", FieldValue.OfText(list.Name))));
                break;
            default:
                throw new InvalidOperationException($"no way to use a list for {list.Use}");
        }
    }

    private static LocationAnswer Locate(NetworkAddress address, FraudDatabases databases, SourceFiles files, Findings findings)
    {
        var location = default(LocationAnswer);
        if ((databases.City ?? databases.Country) is { } places
            && TryUse(files.Location(places), databases.City is null ? "country" : "city", findings) is { } database
            && database.Find(address, out location) == DatabaseAnswer.Corrupt)
        {
            findings.Missing("city");
        }
        foreach (var path in databases.TorGeoip)
        {
            if (TryUse(files.Countries(path), "torgeoip", findings) is { } ranges && !location.Country.IsKnown)
                location = location with { Country = ranges.Find(address) };
        }
        if (location.Country.IsKnown)
            findings.Fact(SignalNames.IpCountry, FieldValue.OfText(location.Country.ToString()));
        return location;
    }

    private static void Unmask(NetworkAddress address, string? path, string source, SourceFiles files, Findings findings)
    {
        if (path is null || TryUse(files.Anonymity(path), source, findings) is not { } database)
            return;
        if (database.Find(address, out var answer) == DatabaseAnswer.Corrupt)
        {
            findings.Missing(source);
            return;
        }
        var ways = answer.Ways;
        Note(ways.HasFlag(Anonymity.TorExit), SignalNames.IpTor, FieldValue.True, ReasonKinds.TorExit, findings);
        Note(ways.HasFlag(Anonymity.Vpn), SignalNames.IpVpn, FieldValue.True, ReasonKinds.AnonymousVpn, findings);
        Note(ways.HasFlag(Anonymity.PublicProxy), SignalNames.IpProxy, PublicProxy, ReasonKinds.PublicProxy, findings);
        Note(ways.HasFlag(Anonymity.ResidentialProxy), SignalNames.IpProxy, ResidentialProxy, ReasonKinds.ResidentialProxy, findings);
        Note(ways.HasFlag(Anonymity.Hosting), SignalNames.IpHosting, FieldValue.True, ReasonKinds.Hosting, findings);
        if (answer.Risk is { } risk && FieldValue.TryDecimal(risk, out var value))
        {
            findings.Fact(SignalNames.IpRisk, value);
            findings.RaiseShare(ReasonKinds.IpRisk, risk / 100);
        }
    }

    private static void Note(bool holds, string signal, FieldValue value, ReasonKind reason, Findings findings)
    {
        if (!holds)
            return;
        findings.Fact(signal, value);
        findings.Raise(reason);
    }

    /// <summary>An earlier version of a file that is broken now goes on being used, and the verdict says that something is wrong.</summary>
    private static T? TryUse<T>(SourceFile<T> file, string source, Findings findings)
        where T : class
    {
        if (file.Problem is not null)
            findings.Missing(source);
        return file.Current;
    }
}
