using BenchmarkDotNet.Attributes;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;
using IdempotencyGateway.Core.Tests.Fraud.Databases;

namespace IdempotencyGateway.Benchmarks;

/// <summary>Look-ups of random addresses in lists and databases. Neither their time nor their memory may grow in proportion to the entries.</summary>
public class LookUpBenchmarks
{
    private const int Addresses = 4096;

    private AddressList _list = null!;
    private LocationDatabase _cities = null!;
    private NetworkDatabase _networks = null!;
    private NetworkAddress[] _addresses = [];
    private int _at;

    /// <summary>The number of entries in each list or database.</summary>
    [Params(1_000, 100_000)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Make()
    {
        var cities = new MmdbWriter("City", recordSize: 32);
        var networks = new MmdbWriter("ASN", recordSize: 32);
        for (var entry = 0; entry < Entries; entry++)
        {
            var prefix = $"{new NetworkAddress(FirstOf(entry), IsIPv4: true)}/28";
            cities.Add(prefix, Records.City("NL", entry % 90, entry % 180, 20, "Europe/Amsterdam"));
            networks.Add(prefix, Records.Asn((uint)entry));
        }
        _cities = LocationDatabase.TryOpen(cities.Write(), out var problem) ?? throw new InvalidOperationException(problem);
        _networks = NetworkDatabase.TryOpen(networks.Write(), out problem) ?? throw new InvalidOperationException(problem);
        _list = AddressList.Of(Enumerable.Range(0, Entries).Select(entry => new NetworkRange(FirstOf(entry), FirstOf(entry) + 15, IsIPv4: true)));
        var random = new Random(1);
        _addresses = [.. Enumerable.Range(0, Addresses).Select(_ => new NetworkAddress(FirstOf(random.Next(Entries)) + (UInt128)random.Next(16), IsIPv4: true))];
    }

    [Benchmark]
    public bool List() => _list.Contains(Next());

    [Benchmark]
    public DatabaseAnswer City() => _cities.Find(Next(), out _);

    [Benchmark]
    public DatabaseAnswer Asn() => _networks.Find(Next(), out _);

    /// <summary>Leaves a gap after each network, because a list merges adjacent ranges.</summary>
    private static UInt128 FirstOf(int entry) => 0x0A00_0000 + ((UInt128)entry * 32);

    private NetworkAddress Next() => _addresses[_at++ % Addresses];
}
