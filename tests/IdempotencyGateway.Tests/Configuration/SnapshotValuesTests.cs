using System.Net;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;

namespace IdempotencyGateway.Tests.Configuration;

public class SnapshotValuesTests
{
    [Fact]
    public void What_is_left_out_has_the_records_own_defaults()
    {
        var snapshot = GatewayFile.LoadValid();
        var policy = snapshot.GuardedRoutes["r"].Policy;
        var defaults = new IdempotencyPolicy { Name = "create" };

        Assert.Equal(["http://0.0.0.0:8080/"], snapshot.Listen.Proxy.Select(u => u.AbsoluteUri));
        Assert.Equal("http://127.0.0.1:9090/", snapshot.Listen.Admin!.AbsoluteUri);
        Assert.Equal(new LimitsSnapshot(), snapshot.Limits);
        Assert.Equal(new CacheSnapshot(), snapshot.Cache);
        Assert.Equal(new ProblemsSnapshot(), snapshot.Problems);
        Assert.Equal(new ShutdownSnapshot(), snapshot.Shutdown);
        Assert.Equal(defaults.Methods, policy.Methods);
        Assert.Equal(defaults.Key, policy.Key);
        Assert.Equal(defaults.Caller.Headers, policy.Caller.Headers);
        Assert.Equal(defaults.InFlight, policy.InFlight);
        Assert.Equal((defaults.Lease, defaults.Deadline, defaults.Retention), (policy.Lease, policy.Deadline, policy.Retention));
        Assert.Equal(defaults.MaxRequestBodyBytes, policy.MaxRequestBodyBytes);
        Assert.Equal(defaults.Record.Settlement, policy.Record.Settlement);
    }

    [Fact]
    public void Every_setting_of_a_policy_reaches_the_snapshot()
    {
        const string P = "Idempotency:Policies:create";
        var policy = GatewayFile.LoadValid(
            $"{P}:Methods:0=get", $"{P}:Methods:1=POST", $"{P}:Key:Header=X-Key", $"{P}:Key:Required=false", $"{P}:Key:Per=Operation",
            $"{P}:Caller:Headers:0=X-Tenant-Token", $"{P}:Fingerprint:Body=Multipart", $"{P}:Fingerprint:Headers:0=Persona-Version",
            $"{P}:Fingerprint:OnMismatch=Separate", $"{P}:Fingerprint:MismatchStatus=409", $"{P}:InFlight:Mode=Reject", $"{P}:InFlight:Timeout=1s",
            $"{P}:InFlight:Status=503", $"{P}:Lease=5s", $"{P}:Deadline=10s", $"{P}:Retention=00:01:00", $"{P}:MaxRequestBody=1KB",
            $"{P}:Record:Statuses:0=2xx", $"{P}:Record:Statuses:1=429", $"{P}:Record:Body=Full", $"{P}:Record:MaxBody=2KB",
            $"{P}:Record:DropHeaders:0=X-Trace", $"{P}:Record:ShowExpiry=true", $"{P}:OnUnknown=ForwardAgain", $"{P}:OnStoreDown=PassThrough").Policies["CREATE"];

        Assert.Equal(["GET", "POST"], policy.Methods.Order());
        Assert.Contains("post", policy.Methods.AsEnumerable(), policy.Methods.Comparer);
        Assert.Equal(new KeyPolicy { Header = "X-Key", Required = false, Per = KeyPer.Operation, ForwardAs = "X-Key" }, policy.Key);
        Assert.Equal(["authorization", "x-api-key", "x-tenant-token"], policy.Caller.Headers);
        Assert.Equal((BodyForm.Multipart, OnMismatch.Separate, 409), (policy.Fingerprint.Body, policy.Fingerprint.OnMismatch, policy.Fingerprint.MismatchStatus));
        Assert.Equal(["persona-version"], policy.Fingerprint.Headers);
        Assert.Equal(new InFlightPolicy { Mode = InFlightMode.Reject, Timeout = TimeSpan.FromSeconds(1), Status = 503 }, policy.InFlight);
        Assert.Equal((5, 10, 60), ((int)policy.Lease.TotalSeconds, (int)policy.Deadline.TotalSeconds, (int)policy.Retention.TotalSeconds));
        Assert.Equal((1024, 2048), (policy.MaxRequestBodyBytes, policy.Record.MaxBodyBytes));
        Assert.True(policy.Record.Settlement.Final.Contains(429));
        Assert.False(policy.Record.Settlement.Final.Contains(404));
        Assert.False(policy.Record.Headers.Keeps("x-trace"));
        Assert.True(policy.Record.ShowExpiry);
        Assert.Equal((OnUnknown.ForwardAgain, OnStoreDown.PassThrough), (policy.OnUnknown, policy.OnStoreDown));
    }

    [Theory]
    [InlineData("none", null)]
    [InlineData("", null)]
    [InlineData("X-Provider-Key", "X-Provider-Key")]
    public void The_key_towards_the_provider_is_kept_renamed_or_stripped(string forwardAs, string? expected) =>
        Assert.Equal(expected, GatewayFile.LoadValid($"Idempotency:Policies:create:Key:ForwardAs={forwardAs}").Policies["create"].Key.ForwardAs);

    [Fact]
    public void What_is_kept_of_headers_may_be_named() =>
        Assert.Equal(["Location"], GatewayFile.LoadValid("Idempotency:Policies:create:Record:KeepHeaders:0=Location").Policies["create"].Record.Headers.Only!);

    [Fact]
    public void The_admin_side_can_be_switched_off() => Assert.Null(GatewayFile.LoadValid("Listen:Admin=none").Listen.Admin);

    [Fact]
    public void A_single_trusted_peer_is_a_network_of_one() =>
        Assert.Equal([IPNetwork.Parse("10.1.2.3/32"), IPNetwork.Parse("fd00::/8")],
            GatewayFile.LoadValid("Idempotency:TrustedPeers:0=10.1.2.3", "Idempotency:TrustedPeers:1=fd00::/8").TrustedPeers);

    [Fact]
    public void A_caller_named_by_a_trusted_peer_has_one_header()
    {
        var caller = GatewayFile.LoadValid(
            "Idempotency:TrustedPeers:0=10.0.0.0/8", "Idempotency:Policies:create:Caller:Scope=Header", "Idempotency:Policies:create:Caller:Headers:0=X-Caller").Policies["create"].Caller;
        Assert.Equal((CallerScopeKind.Header, "x-caller"), (caller.Scope, Assert.Single(caller.Headers)));
    }

    [Fact]
    public void A_route_without_metadata_is_not_guarded() =>
        Assert.Equal("r", Assert.Single(GatewayFile.LoadValid("ReverseProxy:Routes:s:ClusterId=c", "ReverseProxy:Routes:s:Match:Path=/s").GuardedRoutes.Keys));
}
