namespace IdempotencyGateway.Tests.Configuration;

public class PolicyRulesTests
{
    [Theory]
    [InlineData("Lease=999ms", "Lease")]
    [InlineData("Lease=11m", "Lease")]
    [InlineData("Deadline=2h", "Deadline")]
    [InlineData("Deadline=0s", "Deadline")]
    [InlineData("Retention=2m", "Retention")]
    [InlineData("Retention=30s", "Retention")]
    [InlineData("MaxRequestBody=0", "MaxRequestBody")]
    [InlineData("MaxRequestBody=512MB", "MaxRequestBody")]
    [InlineData("Methods:0=CONNECT", "Methods:0")]
    [InlineData("Methods=POST", "Methods")]
    [InlineData("Key:Header=Idempotency Key", "Key:Header")]
    [InlineData("Key:ForwardAs=a:b", "Key:ForwardAs")]
    [InlineData("Key:Header=authorization", "Key:Header")]
    [InlineData("Key:Header=Content-Type", "Key:Header")]
    [InlineData("Key:ForwardAs=Content-Length", "Key:ForwardAs")]
    [InlineData("Key:ForwardAs=host", "Key:ForwardAs")]
    [InlineData("Key:Pattern=[0-9", "Key:Pattern")]
    [InlineData("Key:Pattern=(?=a)b", "Key:Pattern")]
    [InlineData("Key:Pattern=a)|(b", "Key:Pattern")]
    [InlineData("Key:Pattern=", "Key:Pattern")]
    [InlineData("Key:Required=yes", "Key:Required")]
    [InlineData("Key:Per=Client", "Key:Per")]
    [InlineData("Key:Per=1", "Key:Per")]
    [InlineData("Caller:Scope=Token", "Caller:Scope")]
    [InlineData("Fingerprint:Headers:0=traceparent", "Fingerprint:Headers:0")]
    [InlineData("Fingerprint:Headers:0=X-B3-TraceId", "Fingerprint:Headers:0")]
    [InlineData("Fingerprint:Headers:0=DPoP", "Fingerprint:Headers:0")]
    [InlineData("Fingerprint:Headers:0=X-HMAC-Signature", "Fingerprint:Headers:0")]
    [InlineData("Fingerprint:Headers:0=X-App-Access-Ts", "Fingerprint:Headers:0")]
    [InlineData("Fingerprint:MismatchStatus=200", "Fingerprint:MismatchStatus")]
    [InlineData("InFlight:Status=600", "InFlight:Status")]
    [InlineData("InFlight:Timeout=1h", "InFlight:Timeout")]
    [InlineData("Record:Statuses:0=1xx", "Record:Statuses:0")]
    [InlineData("Record:Body=Hash", "Record:Body")]
    [InlineData("Record:KeepHeaders:0=a b", "Record:KeepHeaders:0")]
    [InlineData("Record:KeepHeaders:0=Set-Cookie", "Record:KeepHeaders:0")]
    [InlineData("Record:MaxBody=1GB", "Record:MaxBody")]
    [InlineData("OnUnknown=Guess", "OnUnknown")]
    [InlineData("OnStoreDown=Pray", "OnStoreDown")]
    public void A_value_outside_its_limits_is_one_problem_at_its_path(string setting, string path)
    {
        var problem = Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal($"Idempotency:Policies:create:{setting}")));
        Assert.StartsWith($"Idempotency:Policies:create:{path} ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_caller_header_counts_only_from_somebody_trusted_and_only_when_it_is_one()
    {
        var problems = GatewayFile.Problems(GatewayFile.LoadMinimal("Idempotency:Policies:create:Caller:Scope=Header"));
        Assert.Equal(["Idempotency:Policies:create:Caller:Headers", "Idempotency:Policies:create:Caller:Scope"], problems.Select(p => p.Split(' ')[0]));
    }

    [Fact]
    public void Headers_mean_nothing_where_callers_share_their_keys() =>
        Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal("Idempotency:Policies:create:Caller:Scope=None", "Idempotency:Policies:create:Caller:Headers:0=x")));

    [Fact]
    public void Sending_again_needs_a_provider_that_sees_the_key() =>
        Assert.StartsWith(
            "Idempotency:Policies:create:OnUnknown ",
            Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal("Idempotency:Policies:create:OnUnknown=ForwardAgain", "Idempotency:Policies:create:Key:ForwardAs=none"))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("Subject:0=path:id", "Subject")]
    [InlineData("Erase:Subject:0=path:id", "Erase:Subject")]
    public void A_person_is_not_looked_for_in_a_parameter_that_no_route_of_the_policy_has(string setting, string path)
    {
        var policy = $"Idempotency:Policies:create:{setting}";

        var problem = Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal(policy)));

        Assert.StartsWith($"Idempotency:Policies:create:{path} has path:id, but no route of this policy has {{id}}", problem, StringComparison.Ordinal);
        GatewayFile.LoadValid(
            policy, "ReverseProxy:Routes:s:ClusterId=c", "ReverseProxy:Routes:s:Match:Path=/people/{Id}", "ReverseProxy:Routes:s:Metadata:Idempotency=create");
    }

    [Fact]
    public void One_body_must_fit_into_the_room_for_all() =>
        Assert.StartsWith(
            "Idempotency:Policies:create:MaxRequestBody is 10MB, more than Limits:BufferedBodies",
            Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal("Limits:BufferedBodies=5MB"))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("Listen:Proxy:0=ftp://0.0.0.0:8443", "Listen:Proxy:0")]
    [InlineData("Listen:Proxy:0=http://*:8080", "Listen:Proxy:0")]
    [InlineData("Listen:Proxy:0=http://0.0.0.0:8080/base", "Listen:Proxy:0")]
    [InlineData("Listen:Admin=http://127.0.0.1:8080", "Listen:Admin")]
    [InlineData("Store:Kind=Memcached", "Store:Kind")]
    [InlineData("Store=Sqlite", "Store")]
    [InlineData("Store:Sqlite:Path=", "Store:Sqlite:Path")]
    [InlineData("Store:SecretFile=data/gateway.db", "Store:SecretFile")]
    [InlineData("Problems:TypeBase=/problems", "Problems:TypeBase")]
    [InlineData("Problems:TypeBase=https://x/#y", "Problems:TypeBase")]
    [InlineData("Logging:LogLevel:Default=Loud", "Logging:LogLevel:Default")]
    [InlineData("Logging:LogLevel:Yarp=Loud", "Logging:LogLevel:Yarp")]
    [InlineData("Logging:Console=Xml", "Logging:Console")]
    [InlineData("Logging:File:MaxSize=1KB", "Logging:File:MaxSize")]
    [InlineData("Idempotency:TrustedPeers:0=10.0.0.0/40", "Idempotency:TrustedPeers:0")]
    [InlineData("Idempotency:Policies:two words:Lease=1s", "Idempotency:Policies:two words")]
    public void Every_other_section_has_its_limits_too(string setting, string path)
    {
        var problem = Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal(setting)));
        Assert.StartsWith($"{path} ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_in_a_file_is_refused_and_does_not_mean_the_default()
    {
        using var file = new GatewayFile(GatewayFile.Minimal.Insert(1, "\"Cache\": { \"MaxAge\": null }, \"Listen\": { \"Proxy\": null },"));
        Assert.Equal(["Cache:MaxAge", "Listen:Proxy"], GatewayFile.Problems(file.Load()).Select(p => p.Split(' ')[0]));
    }

    [Fact]
    public void An_empty_list_is_a_list() =>
        Assert.StartsWith(
            "Listen:Proxy has 0 items",
            Assert.Single(LoadText(GatewayFile.Minimal.Insert(1, "\"Listen\": { \"Proxy\": [] },"))),
            StringComparison.Ordinal);

    private static string[] LoadText(string json)
    {
        using var file = new GatewayFile(json);
        return GatewayFile.Problems(file.Load());
    }
}
