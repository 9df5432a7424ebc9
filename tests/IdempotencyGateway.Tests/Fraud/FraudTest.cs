using System.Collections.Frozen;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>
/// Base class for tests of gateways whose two routes have a fraud profile, in front of a provider that keeps the headers and bodies it receives. The tests' own
/// address is a trusted proxy, so X-Forwarded-For sets a request's client address.
/// </summary>
#pragma warning disable CA1001 // xunit disposes it through IAsyncLifetime
public abstract class FraudTest : IAsyncLifetime
#pragma warning restore CA1001
{
    protected const string Quiet = "192.0.2.10";
    protected const string Listed = "203.0.113.7";

    private static readonly NetworkRange Loopback = NetworkRange.TryParse("127.0.0.1", out var range, out _) ? range : default;
    private readonly List<GatewayUnderTest> _gateways = [];
    private KestrelProvider? _provider;

    protected TemporaryFolder Folder { get; } = new();

    /// <summary>The requests that reached the provider, in order.</summary>
    protected ArrivalLog<Seen> Arrived { get; } = new("requests at the provider");

    protected Func<HttpContext, Task> Answer { get; set; } = static context =>
    {
        context.Response.StatusCode = StatusCodes.Status201Created;
        return Task.CompletedTask;
    };

    protected string ListFile => Folder.File("listed.netset");

    protected KestrelProvider Provider => _provider!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(ListFile, "203.0.113.0/24 # everybody here\n");
        _provider = await KestrelProvider.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            // Trailers count as headers, because some servers merge them.
            var lines = context.Request.Headers.Concat(context.Features.Get<IHttpRequestTrailersFeature>() is { Available: true } behind ? behind.Trailers : new HeaderDictionary());
            Arrived.Add(new(lines.SelectMany(header => header.Value, (header, value) => new Field(header.Key, value ?? "")).ToArray(), body.ToArray()));
            await Answer(context);
        });
    }

    public async Task DisposeAsync()
    {
        await _provider!.DisposeAsync();
        foreach (var gateway in _gateways)
            await gateway.DisposeAsync();
        Folder.Dispose();
    }

    protected static FraudProfile Profile(params FraudList[] lists) => new()
    {
        Name = "tested",
        Model = RiskModel.TryCreate("tested-model", new Dictionary<string, int>(), new Dictionary<string, int>(), RiskLevels.Default, out _)!,
        Lists = lists,
        // A generous time budget, so that a busy machine does not make a source count as missing.
        Budget = Patience.Limit,
    };

    protected FraudList List(FraudListUse use = FraudListUse.Score, int weight = 40) => new("listed", ListFile, use) { Weight = weight };

    protected async Task<GatewayUnderTest> StartAsync(FraudProfile profile, Action<GatewaySetup>? configure = null)
    {
        var gateway = await GatewayUnderTest.StartAsync(Provider.Address, setup =>
        {
            var adjust = setup.Adjust;
            setup.Adjust = snapshot => adjust(snapshot) with { Fraud = Scoring(profile) };
            configure?.Invoke(setup);
        });
        _gateways.Add(gateway);
        return gateway;
    }

    /// <summary>Stops a gateway before the test ends.</summary>
    protected async Task StopAsync(GatewayUnderTest gateway)
    {
        _gateways.Remove(gateway);
        await gateway.DisposeAsync();
    }

    protected static FraudSnapshot Scoring(FraudProfile profile) => new()
    {
        TrustedProxies = AddressList.Of([Loopback]),
        Profiles = FrozenDictionary.ToFrozenDictionary(new Dictionary<string, FraudProfile> { [profile.Name] = profile }),
        Routes = FrozenDictionary.ToFrozenDictionary(new Dictionary<string, FraudProfile> { ["guarded"] = profile, ["open"] = profile }),
    };

    protected static HttpRequestMessage From(string address, string? key, string body = GatewayUnderTest.SessionBody, string path = "/guarded/session/")
    {
        var request = GatewayUnderTest.Post(key, body, path);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", address);
        request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0");
        return request;
    }

    protected static Verdict? VerdictIn(RecordedAnswer answer) => Assert.IsType<RecordedAnswer.Whole>(answer).Response.Verdict;

    /// <param name="Lines">The header lines as received, followed by the trailers.</param>
    public sealed record Seen(IReadOnlyList<Field> Lines, byte[] Body)
    {
        public string? this[string name] => Lines.SingleOrDefault(line => line.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Name: not null } line ? line.Value : null;

        public int Score => int.Parse(this["Risk-Score"]!.Split(';')[0], System.Globalization.CultureInfo.InvariantCulture);

        public IEnumerable<string> RiskNames => Lines.Select(line => line.Name).Where(name => name.StartsWith("risk", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);
    }
}
