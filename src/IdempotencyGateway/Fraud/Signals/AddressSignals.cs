using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Fraud.Sources;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>Signals from lists and databases about the client's address. All look-ups are in memory; nothing waits.</summary>
internal static class AddressSignals
{
    private static readonly FieldValue PublicProxy = FieldValue.OfToken("public");
    private static readonly FieldValue ResidentialProxy = FieldValue.OfToken("residential");

    /// <returns>The address's location, as far as a database knows it.</returns>
    public static LocationAnswer Find(ClientAddress client, ProfileFiles files, Findings findings)
    {
        foreach (var (list, file) in files.Lists)
            LookUp(client, list, file, findings);
        var location = default(LocationAnswer);
        if (client.Address is { } address)
        {
            location = Locate(address, files, findings);
            NameNetwork(address, files, findings);
        }
        Unmask(client, files, findings);
        return location;
    }

    /// <summary>An allow list counts only for the established address of the client. Any other list also counts if one of the alleged addresses is on it.</summary>
    private static void LookUp(ClientAddress client, FraudList list, SourceFile<AddressList> file, Findings findings)
    {
        if (TryUse(file, list.Name, findings) is not { } addresses)
            return;
        bool Holds(NetworkAddress? address) => address is { } known && addresses.Contains(known);
        if (!Holds(client.Address) && (list.Use == FraudListUse.Allow || !(Holds(client.Alleged.Older) || Holds(client.Alleged.Newer))))
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

    private static LocationAnswer Locate(NetworkAddress address, ProfileFiles files, Findings findings)
    {
        var location = default(LocationAnswer);
        if (files.Places is var (places, name)
            && TryUse(places, name, findings) is { } database
            && database.Find(address, out location) == DatabaseAnswer.Corrupt)
        {
            findings.Missing(name);
        }
        foreach (var file in files.TorGeoip)
        {
            if (TryUse(file, "torgeoip", findings) is { } ranges && !location.Country.IsKnown)
                location = location with { Country = ranges.Find(address) };
        }
        if (location.Country.IsKnown)
            findings.Fact(SignalNames.IpCountry, FieldValue.OfText(location.Country.ToString()));
        return location;
    }

    private static void NameNetwork(NetworkAddress address, ProfileFiles files, Findings findings)
    {
        if (files.Networks is not { } networks || TryUse(networks, "asn", findings) is not { } database)
            return;
        if (database.Find(address, out var number) == DatabaseAnswer.Corrupt)
            findings.Missing("asn");
        else if (number is { } known)
            findings.Fact(SignalNames.IpAsn, FieldValue.OfInteger(known));
    }

    /// <summary>
    /// Anonymisers and the database's risk, for the client's address or both alleged ones: like a deny list, these count if one of the alleged addresses has them. The same finding from two databases, or for two
    /// addresses, counts once.
    /// </summary>
    private static void Unmask(ClientAddress client, ProfileFiles files, Findings findings)
    {
        var (ways, worst) = (Anonymity.None, (double?)null);
        foreach (var candidate in (ReadOnlySpan<NetworkAddress?>)[client.Address, client.Alleged.Older, client.Alleged.Newer])
        {
            if (candidate is not { } address)
                continue;
            var anonymous = Ask(address, files.Anonymous, "anonymous", findings);
            var scored = Ask(address, files.Risk, "risk", findings);
            ways |= anonymous.Ways | scored.Ways;
            if ((scored.Risk ?? anonymous.Risk) is { } found && !(worst >= found))
                worst = found;
        }
        Note(ways.HasFlag(Anonymity.TorExit), SignalNames.IpTor, FieldValue.True, ReasonKinds.TorExit, findings);
        Note(ways.HasFlag(Anonymity.Vpn), SignalNames.IpVpn, FieldValue.True, ReasonKinds.AnonymousVpn, findings);
        Note(ways.HasFlag(Anonymity.PublicProxy), SignalNames.IpProxy, PublicProxy, ReasonKinds.PublicProxy, findings);
        Note(ways.HasFlag(Anonymity.ResidentialProxy), SignalNames.IpProxy, ResidentialProxy, ReasonKinds.ResidentialProxy, findings);
        Note(ways.HasFlag(Anonymity.Hosting), SignalNames.IpHosting, FieldValue.True, ReasonKinds.Hosting, findings);
        if (worst is { } risk && FieldValue.TryDecimal(risk, out var value))
        {
            findings.Fact(SignalNames.IpRisk, value);
            findings.RaiseShare(ReasonKinds.IpRisk, risk / 100);
        }
    }

    private static AnonymityAnswer Ask(NetworkAddress address, SourceFile<AnonymityDatabase>? file, string source, Findings findings)
    {
        if (file is null || TryUse(file, source, findings) is not { } database)
            return default;
        if (database.Find(address, out var answer) != DatabaseAnswer.Corrupt)
            return answer;
        findings.Missing(source);
        return default;
    }

    private static void Note(bool holds, string signal, FieldValue value, ReasonKind reason, Findings findings)
    {
        if (!holds)
            return;
        findings.Fact(signal, value);
        findings.Raise(reason);
    }

    /// <summary>While a file is broken, its last good version stays in use, and the verdict is degraded.</summary>
    private static T? TryUse<T>(SourceFile<T> file, string source, Findings findings)
        where T : class
    {
        if (file.Problem is not null)
            findings.Missing(source);
        return file.Current;
    }
}
