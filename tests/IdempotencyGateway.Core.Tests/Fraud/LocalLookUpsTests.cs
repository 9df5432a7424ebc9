using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Tests.Fraud.Databases;
using IdempotencyGateway.Core.Tests.Fraud.Scoring;

namespace IdempotencyGateway.Core.Tests.Fraud;

/// <summary>Scoring a request against a city database, a network database and an address list allocates only its verdict, however long the list is.</summary>
public sealed class LocalLookUpsTests
{
    private const int VerdictInBytes = 4096;

    private static readonly LocationDatabase Cities =
        LocationDatabase.TryOpen(new MmdbWriter("City").Add("10.0.0.0/8", Databases.Records.City("NL", 52.37, 4.9, 20, "Europe/Amsterdam")).Write(), out _)!;

    private static readonly NetworkDatabase Networks =
        NetworkDatabase.TryOpen(new MmdbWriter("ASN").Add("10.0.0.0/8", Databases.Records.Asn(60729)).Write(), out _)!;

    [Fact]
    public void However_long_the_list_a_request_costs_the_memory_of_its_verdict()
    {
        Assert.InRange(Cost(List(10)), 1, VerdictInBytes);
        Assert.InRange(Cost(List(100_000)), 1, VerdictInBytes);
    }

    private static AddressList List(int entries) =>
        AddressList.Of(Enumerable.Range(0, entries).Select(entry => new NetworkRange(0x0A00_0001 + ((UInt128)entry * 16), 0x0A00_0001 + ((UInt128)entry * 16), IsIPv4: true)));

    private static long Cost(AddressList list)
    {
        Assert.Equal(40, Score(list));
        return Allocation.Of(() => Score(list), enough: VerdictInBytes);
    }

    private static int Score(AddressList list)
    {
        var address = new NetworkAddress(0x0A00_0001, IsIPv4: true);
        var findings = new Findings(Models.Default);
        if (list.Contains(address))
            findings.Raise(ReasonKinds.IpListed);
        if (Cities.Find(address, out var location) == DatabaseAnswer.Found)
            findings.Fact(SignalNames.IpCountry, FieldValue.OfText(location.Country.ToString()));
        if (Networks.Find(address, out var number) == DatabaseAnswer.Found)
            findings.Fact(SignalNames.IpAsn, FieldValue.OfInteger(number!.Value));
        return Models.Judge(findings, DateTimeOffset.UnixEpoch).Score;
    }
}
