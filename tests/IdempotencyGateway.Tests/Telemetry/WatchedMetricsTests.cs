using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Tests.Protection.Encryption;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tls;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Telemetry;

/// <summary>Each metric that the alerts and the dashboard use changes when the event it stands for happens.</summary>
public sealed class WatchedMetricsTests
{
    [Fact]
    public async Task What_is_under_way_and_in_memory_is_told()
    {
        var last = new Gate();
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            if (context.Request.Headers["Idempotency-Key"] == "held")
                await last.Opened;
            await context.Response.WriteAsync("{}");
        });
        await using var observed = await ObservedGateway.StartAsync(provider.Address);
        await observed.Gateway.PostAsync("done");
        var held = observed.Gateway.PostAsync("held");
        await provider.Requests.Reached(2);

        var text = await observed.ScrapeUntilAsync(
            "idempotency_gateway_exchanges_under_way 1",
            "idempotency_gateway_callers_under_way 1",
            $"idempotency_gateway_buffered_bodies_usage_bytes {observed.Gateway.BodyBytes}",
            "idempotency_gateway_cache_entries 1",
            "idempotency_gateway_cache_misses_total 2");
        last.Open();
        await held;

        Assert.Equal(new LimitsSnapshot().BufferedBodiesBytes, ObservedGateway.Value(text, "idempotency_gateway_buffered_bodies_limit_bytes"));
        Assert.True(ObservedGateway.Value(text, "idempotency_gateway_cache_size_bytes") > 0);
        await observed.ScrapeUntilAsync("idempotency_gateway_exchanges_under_way 0", "idempotency_gateway_buffered_bodies_usage_bytes 0", "idempotency_gateway_cache_entries 2");
    }

    [Fact]
    public async Task A_store_that_fails_and_what_waits_for_it_are_told()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(201, "{}"));
        UnreliableStore? store = null;
        await using var observed = await ObservedGateway.StartAsync(provider.Address, setup => setup.WrapStore = inner => store = new(inner));
        store!.Break(nameof(IIdempotencyStore.CompleteAsync));

        await observed.Gateway.PostAsync("k");

        await observed.ScrapeUntilAsync(
            """idempotency_gateway_store_errors_total{failure="unreachable",operation="complete"} """,
            """idempotency_gateway_deferred_writes_pending{end="answer"} 1""",
            """idempotency_gateway_deferred_writes_pending{end="doubt"} 0""");
        store.Mend();
        await observed.ScrapeUntilAsync("""idempotency_gateway_deferred_writes_pending{end="answer"} 0""");
    }

    [Fact]
    public async Task A_lease_that_is_lost_is_told_once()
    {
        var last = new Gate();
        await using var provider = await KestrelProvider.StartAsync(_ => last.Opened);
        var time = new ManualTimeProvider();
        await using var observed = await ObservedGateway.StartAsync(provider.Address, setup =>
        {
            setup.Clock = time;
            setup.Policy = setup.Policy with { Lease = TimeSpan.FromSeconds(30) };
        });
        var asked = observed.Gateway.PostAsync("k");
        await provider.Requests.Reached(1);
        await observed.Gateway.Store.EraseAsync(observed.Gateway.StorageKeyOf("k"), Tombstone, CancellationToken.None);

        time.Advance(TimeSpan.FromSeconds(10));
        await observed.ScrapeUntilAsync("idempotency_gateway_leases_lost_total 1");
        time.Advance(TimeSpan.FromSeconds(10));
        last.Open();
        await asked;

        Assert.Equal(1, await observed.ValueOfAsync("idempotency_gateway_leases_lost_total"));
    }

    [Fact]
    public async Task An_exchange_whose_client_does_not_take_its_answer_has_no_lease_left_to_lose()
    {
        // More than the socket buffers between gateway and client hold.
        var body = new byte[16 * 1024 * 1024];
        await using var provider = await KestrelProvider.StartAsync(context => context.Response.Body.WriteAsync(body).AsTask());
        var time = new ManualTimeProvider();
        await using var observed = await ObservedGateway.StartAsync(provider.Address, setup =>
        {
            setup.Clock = time;
            setup.Policy = setup.Policy with { Lease = TimeSpan.FromSeconds(30), Record = new() { MaxBodyBytes = body.Length } };
        });
        using var first = await RawClient.Connect(observed.Gateway.Address);
        await first.Send(RawClient.Request(
            "POST", "/guarded/session/", GatewayUnderTest.SessionBody, new("x-api-key", "caller-1"), new("Idempotency-Key", "k"), new("Content-Type", "application/json; charset=utf-8")));
        await provider.Requests.Reached(1);
        Assert.Equal("replayed", (await observed.Gateway.PostAsync("k").OrGiveUp()).Source);

        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(0, await observed.ValueOfAsync("idempotency_gateway_leases_lost_total"));
        first.Reset();
    }

    [Fact]
    public async Task A_record_that_cannot_be_opened_is_told()
    {
        await using var provider = ScriptedProvider.Start();
        await using var observed = await ObservedGateway.StartAsync(provider.Address);
        var ticket = await observed.Gateway.ClaimElsewhereAsync("k");
        await observed.Gateway.RawStore.CompleteAsync(ticket, Tombstone, TimeSpan.FromHours(1), CancellationToken.None);

        await observed.Gateway.PostAsync("k");

        var text = await observed.ScrapeAsync();
        Assert.Equal(1, ObservedGateway.Value(text, """idempotency_gateway_records_unreadable_total{defect="not_sealed"}"""));
        Assert.Equal(0, ObservedGateway.Value(text, """idempotency_gateway_records_unreadable_total{defect="damaged"}"""));
    }

    [Fact]
    public async Task Key_rings_that_are_taken_and_refused_are_told_and_the_same_one_again_is_neither()
    {
        await using var provider = ScriptedProvider.Start();
        using var folder = new TemporaryFolder();
        var file = folder.File("keys.json");
        KeyRingFile.Change(file, _ => Rings.Of("a"));
        await using var observed = await ObservedGateway.StartAsync(
            provider.Address, setup => setup.KeyRing = secret => ConfiguredKeyRing.Open(new() { KeyRingFile = file }, fromEnvironment: null, secret));

        KeyRingFile.Change(file, _ => Rings.Of("a", "b"));
        await observed.ScrapeUntilAsync(Reloads("taken", 1));
        // Remove an earlier key; the active one stays.
        KeyRingFile.Change(file, _ => Rings.Of("b"));
        await observed.ScrapeUntilAsync(Reloads("taken", 2));
        // Rename a finished file over the ring: a file written in place would be empty for a moment, and one that changes during a look may be rejected twice; each would count a further rejection.
        File.Copy(file, folder.File("same.json"));
        await File.WriteAllTextAsync(folder.File("broken.json"), "half a ri");
        File.Move(folder.File("broken.json"), file, overwrite: true);
        await observed.ScrapeUntilAsync(Reloads("taken", 2), Reloads("rejected", 1));
        // The same ring in a different text, then another ring.
        await File.AppendAllTextAsync(folder.File("same.json"), "\n");
        File.Move(folder.File("same.json"), file, overwrite: true);
        KeyRingFile.Change(file, _ => Rings.Of("c"));

        await observed.ScrapeUntilAsync(Reloads("taken", 3), Reloads("rejected", 1));
    }

    [Fact]
    public async Task When_the_certificate_that_clients_get_expires_is_told()
    {
        await using var provider = ScriptedProvider.Start();
        using var certificate = new TestAuthority().Server();
        using var folder = new TlsFolder(certificate);
        await using var observed = await ObservedGateway.StartAsync(provider.Address, setup => folder.Secure(setup));

        Assert.Equal(
            new DateTimeOffset(certificate.NotAfter).ToUnixTimeSeconds(), await observed.ValueOfAsync("idempotency_gateway_tls_certificate_expiry_timestamp_seconds"));
    }

    private static byte[] Tombstone { get; } = RecordCodec.Encode(new RecordedAnswer.Tombstone(TombstoneReason.Erased, Status: null, DateTimeOffset.UnixEpoch));

    private static string Reloads(string result, int count) => $$"""idempotency_gateway_key_ring_reloads_total{result="{{result}}"} {{count}}""";
}
