using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;

namespace IdempotencyGateway.Fraud.Sources;

/// <summary>The files that one profile names; null or empty where it names none.</summary>
internal sealed record ProfileFiles
{
    public required IReadOnlyList<(FraudList List, SourceFile<AddressList> File)> Lists { get; init; }

    /// <param name="Name">Its name in verdicts, "city" or "country".</param>
    public required (SourceFile<LocationDatabase> File, string Name)? Places { get; init; }

    public required SourceFile<NetworkDatabase>? Networks { get; init; }

    public required SourceFile<AnonymityDatabase>? Anonymous { get; init; }

    public required SourceFile<AnonymityDatabase>? Risk { get; init; }

    public required IReadOnlyList<SourceFile<CountryRanges>> TorGeoip { get; init; }

    public IEnumerable<SourceFile> All =>
        ((SourceFile?[])[.. Lists.Select(list => list.File), Places?.File, Networks, Anonymous, Risk, .. TorGeoip]).OfType<SourceFile>();
}
