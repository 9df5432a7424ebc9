using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Tokens;

namespace IdempotencyGateway.Tests.Configuration;

public sealed class IssuersTests
{
    private const string I = "Idempotency:Issuers:idp";
    private const string C = "Idempotency:Policies:create:Caller";
    private static readonly string[] Right = [$"{I}:Issuer=https://issuer.example", $"{I}:Audiences:0=gateway", $"{C}:Scope=Jwt", $"{C}:Issuer=idp"];

    [Fact]
    public void Every_setting_reaches_the_policy_that_names_the_issuer()
    {
        var issuer = GatewayFile.LoadValid(
            [.. Right, $"{I}:KeysUrl=https://keys.example/jwks", $"{I}:Algorithms:0=ES256", $"{I}:CallerClaims:0=client_id", $"{I}:ClockSkew=5s"]).Policies["create"].Caller.Issuer!;

        Assert.Equal(("idp", "https://issuer.example", new Uri("https://keys.example/jwks")), (issuer.Name, issuer.Issuer, issuer.KeysUrl));
        Assert.Equal(["gateway"], issuer.Audiences);
        Assert.Equal([TokenAlgorithm.ES256], issuer.Algorithms);
        Assert.Equal(["client_id"], issuer.CallerClaims);
        Assert.Equal(TimeSpan.FromSeconds(5), issuer.ClockSkew);
    }

    [Fact]
    public void A_file_of_keys_is_read_with_the_configuration_and_watched()
    {
        using var file = new GatewayFile();
        File.WriteAllText(Path.Combine(file.Folder, "keys.json"), TestIssuer.Jwks);

        var result = file.Load(args: [.. Right.Append($"{I}:KeysFile=keys.json").Select(setting => $"--{setting}")]);

        Assert.Equal(1, Assert.IsType<SnapshotResult.Valid>(result).Snapshot.Issuers["IDP"].FileKeys!.Count);
        Assert.Contains(result.Files, watched => watched.Path == Path.Combine(file.Folder, "keys.json") && watched.Digest is not null);
    }

    [Fact]
    public void A_file_without_a_key_that_can_be_used_is_a_mistake()
    {
        using var file = new GatewayFile();
        File.WriteAllText(Path.Combine(file.Folder, "keys.json"), """{"keys":[]}""");

        Assert.Contains("holds no usable key", Assert.Single(GatewayFile.Problems(file.Load(args: [.. Right.Append($"{I}:KeysFile=keys.json").Select(setting => $"--{setting}")]))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"{I}:KeysFile=/none.json", $"{I}:KeysFile /none.json cannot be read")]
    [InlineData($"{I}:KeysFile=gateway.json", $"{I}:KeysFile ")]
    [InlineData($"{I}:KeysUrl=http://keys.example/jwks", $"{I}:KeysUrl \"http://keys.example/jwks\" is not an https address")]
    [InlineData($"{I}:Issuer=issuer", $"{I}:Issuer is not an https address, so its keys cannot be found")]
    [InlineData($"{I}:Algorithms:0=HS256", $"{I}:Algorithms:0 \"HS256\" is not one of: RS256")]
    [InlineData($"{I}:Algorithms:0=none", $"{I}:Algorithms:0 \"none\" is not one of: RS256")]
    [InlineData($"{C}:Issuer=ipd", $"{C}:Issuer names \"ipd\", which is not in Idempotency:Issuers. Did you mean idp?")]
    [InlineData($"{C}:Scope=Credentials", $"{C}:Issuer has no effect with Scope Credentials")]
    [InlineData($"{C}:Headers:0=x-caller", $"{C}:Headers has no effect with Scope Jwt, where the token identifies the caller")]
    public void A_mistake_is_told_with_its_remedy(string setting, string problem) =>
        Assert.StartsWith(problem, Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal([.. Right, setting]))), StringComparison.Ordinal);

    [Fact]
    public void A_claim_names_a_subject_where_tokens_are_checked_and_nowhere_else()
    {
        const string P = "Idempotency:Policies:create";
        string[] claims = [$"{P}:Subject:0=claim:sub", $"{P}:Erase:Subject:0=claim:sub"];

        Assert.Equal("claim:sub", Assert.Single(GatewayFile.LoadValid([.. Right, .. claims]).Policies["create"].Subject).ToString());
        Assert.Equal(
            [$"{P}:Erase:Subject has claim:sub, but", $"{P}:Subject has claim:sub, but"],
            GatewayFile.Problems(GatewayFile.LoadMinimal(claims)).Select(problem => problem[..(problem.IndexOf("but", StringComparison.Ordinal) + 3)]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_missing_is_told()
    {
        Assert.Contains(GatewayFile.Problems(GatewayFile.LoadMinimal(Right[0], Right[2], Right[3])), problem => problem.StartsWith($"{I}:Audiences is missing", StringComparison.Ordinal));
        Assert.Contains(GatewayFile.Problems(GatewayFile.LoadMinimal(Right[1], Right[2], Right[3])), problem => problem.StartsWith($"{I}:Issuer is missing", StringComparison.Ordinal));
        Assert.Contains(GatewayFile.Problems(GatewayFile.LoadMinimal(Right[0], Right[1], Right[2])), problem => problem.StartsWith($"{C}:Issuer is missing", StringComparison.Ordinal));
    }
}
