using System.IO.Pipes;
using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Tests.Configuration;

public class FraudMistakesTests
{
    private const string Transform = "ReverseProxy:Routes:r:Transforms:0:FraudSignals=p";

    [Theory]
    [InlineData("Fraud:Profile:p:Budget=1s", "Fraud:Profile")]
    [InlineData("Fraud:Profiles:p:Budgt=1s", "Fraud:Profiles:p:Budgt")]
    [InlineData("Fraud:Profiles:p:Budget=1", "Fraud:Profiles:p:Budget")]
    [InlineData("Fraud:Profiles:p:Weights:TOR=1", "Fraud:Profiles:p:Weights:TOR")]
    [InlineData("Fraud:Profiles:p:Weights:TOR_EXIT=101", "Fraud:Profiles:p:Weights:TOR_EXIT")]
    [InlineData("Fraud:Profiles:p:Caps:ips=1", "Fraud:Profiles:p:Caps:ips")]
    [InlineData("Fraud:Profiles:p:Levels:High=80", "Fraud:Profiles:p:Levels")]
    [InlineData("Fraud:Profiles:p:Actions:Critical=Stop", "Fraud:Profiles:p:Actions:Critical")]
    [InlineData("Fraud:Profiles:p:Actions:Critical=Route:nowhere", "Fraud:Profiles:p:Actions")]
    [InlineData("Fraud:Profiles:p:Lists:0:Name=l", "Fraud:Profiles:p:Lists:0:Path")]
    [InlineData("Fraud:Profiles:p:Lists:0:Path=l", "Fraud:Profiles:p:Lists:0:Name")]
    [InlineData("Fraud:Profiles:p:Velocity:0:Windows:0=30s", "Fraud:Profiles:p:Velocity:0:Windows:0")]
    [InlineData("Fraud:Profiles:p:Velocity:0:Hard=20", "Fraud:Profiles:p:Velocity:0:Hard")]
    [InlineData("Fraud:Profiles:p:Velocity:0:Distinct=Ip", "Fraud:Profiles:p:Velocity:0:Distinct")]
    [InlineData("Fraud:Profiles:p:Velocity:0:By=Subject", "Fraud:Profiles:p:Velocity")]
    [InlineData("Fraud:Profiles:p:Velocity:0:Distinct=Subject", "Fraud:Profiles:p:Velocity")]
    [InlineData("Fraud:Profiles:p:Subject:0=body:/x", "Fraud:Profiles:p:Subject:0")]
    [InlineData("Fraud:Profiles:p:Issuer=nobody", "Fraud:Profiles:p:Issuer")]
    [InlineData("Fraud:Profiles:p:Inject:0=body", "Fraud:Profiles:p:Inject:0")]
    [InlineData("Fraud:Profiles:p:SignWith=nobody", "Fraud:Profiles:p:SignWith")]
    [InlineData("Fraud:Profiles:p:Edges:0:Header=x-score", "Fraud:Profiles:p:Edges")]
    [InlineData("Fraud:Profiles:p:External:0:Name=v", "Fraud:Profiles:p:External:0:Url")]
    [InlineData("Fraud:Profiles:p:External:0:Reasons=code", "Fraud:Profiles:p:External:0:Reasons")]
    [InlineData("Fraud:Profiles:p:External:0:CacheFor=2h", "Fraud:Profiles:p:External:0:CacheFor")]
    [InlineData("Fraud:Keys:k:Value=short", "Fraud:Keys:k:Value")]
    [InlineData("Fraud:Keys:k:File=no-such-file", "Fraud:Keys:k:File")]
    [InlineData("Fraud:TrustedProxies:0=everybody", "Fraud:TrustedProxies:0")]
    [InlineData("ReverseProxy:Routes:r:Transforms:0:FraudSignals=q", "ReverseProxy:Routes:r:Transforms:0:FraudSignals")]
    [InlineData("ReverseProxy:Routes:r:Transforms:0:FraudSignal=p", "ReverseProxy:Routes:r:Transforms:0")]
    public void A_mistake_is_told_at_its_path(string setting, string path) => Assert.Contains(
        GatewayFile.Problems(GatewayFile.LoadMinimal("Fraud:Profiles:p:DryRun=false", setting)), problem => problem.StartsWith(path + " ", StringComparison.Ordinal));

    [Theory]
    [InlineData("Elevated=Block", "Block Block Block")]
    [InlineData("High=Route:c", "Annotate Route:c Route:c")]
    [InlineData("Critical=Block", "Annotate Annotate Block")]
    [InlineData("Elevated=Block", "Block Block Annotate", "Critical=Annotate")]
    public void A_level_without_an_action_is_dealt_with_as_the_one_below_it(string setting, string actions, params string[] others)
    {
        var profile = GatewayFile.LoadValid([.. ((string[])[setting, .. others]).Select(one => $"Fraud:Profiles:p:Actions:{one}")]).Fraud.Profiles["p"];

        Assert.Equal(actions, string.Join(' ', ((RiskLevel[])[RiskLevel.Elevated, RiskLevel.High, RiskLevel.Critical]).Select(profile.ActionFor)));
        Assert.Equal(RiskAction.Annotate.Instance, profile.ActionFor(RiskLevel.Low));
    }

    [Theory]
    [InlineData("Fraud:Keys:k=not-to-be-told")]
    [InlineData("Fraud:Keys:k:Value=not-to-be-told")]
    [InlineData("Fraud:Keys:k:Value:0=not-to-be-told")]
    [InlineData("Store:Redis:Password=not-to-be-told", "Store:Redis:PasswordFile=f")]
    [InlineData("Store:Redis:Password:0=not-to-be-told")]
    [InlineData("Store:Redis=not-to-be-told")]
    [InlineData("Listen:Tls:PfxPassword=not-to-be-told", "Listen:Tls:PfxPasswordFile=f")]
    [InlineData("Listen:Tls=not-to-be-told")]
    [InlineData("Providers:c:OAuth=not-to-be-told")]
    public void A_secret_that_stands_in_the_wrong_place_is_not_told(params string[] settings)
    {
        var problems = GatewayFile.Problems(GatewayFile.LoadMinimal([.. settings, "Store:Kind=Redis"]));

        Assert.NotEmpty(problems);
        Assert.DoesNotContain(problems, problem => problem.Contains("not-to-be-told", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_profiles_on_one_route_are_refused() => Assert.Contains(
        "a route has one profile",
        Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal("Fraud:Profiles:p:DryRun=false", Transform, "ReverseProxy:Routes:r:Transforms:1:FraudSignals=p"))),
        StringComparison.Ordinal);

    [Fact]
    public void Only_guarded_routes_have_a_body_to_write_into() => Assert.Contains(
        "read on guarded routes only",
        Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal(
            "Fraud:Profiles:p:Inject:0=json:/risk", "ReverseProxy:Routes:s:ClusterId=c", "ReverseProxy:Routes:s:Match:Path=/s", "ReverseProxy:Routes:s:Transforms:0:FraudSignals=p"))),
        StringComparison.Ordinal);

    [Fact]
    public void Rules_about_where_requests_may_go_are_not_passed_by() => Assert.Contains(
        "bypass the rules of Backends b",
        Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal(
            "Fraud:Profiles:p:Actions:High=Route:c", Transform,
            "Backends:b:Rules:0:If=json:/country", "Backends:b:Rules:0:Is:0=DE", "Backends:b:Rules:0:Split:c=1", "ReverseProxy:Routes:r:Metadata:Backends=b"))),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", true)]
    [InlineData("\uFEFF0123456789abcdef0123456789abcdef\n", true)]
    [InlineData("short", false)]
    public void A_file_with_a_key_is_watched_whatever_it_holds(string text, bool isKey)
    {
        using var file = new GatewayFile();
        var path = Path.Combine(file.Folder, "risk.key");
        File.WriteAllText(path, text);

        var result = file.Load(args: ["--Fraud:Keys:k:File=risk.key", "--Fraud:Profiles:p:SignWith=k"]);

        Assert.Contains(result.Files, watched => watched.Path == path && watched.Digest is not null);
        if (isKey)
            Assert.Equal(32, Assert.IsType<SnapshotResult.Valid>(result).Snapshot.Fraud.Profiles["p"].SignWith!.Bytes.Length);
        else
            Assert.Contains(GatewayFile.Problems(result), problem => problem.Contains("risk.key holds 5 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pipe_in_place_of_a_key_is_a_mistake_and_no_crash()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);

        var problems = GatewayFile.Problems(GatewayFile.LoadMinimal($"Fraud:Keys:k:File=/proc/self/fd/{pipe.SafePipeHandle.DangerousGetHandle()}"));

        Assert.Contains("cannot be read", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_reaches_the_snapshot()
    {
        var fraud = GatewayFile.LoadValid(
            Transform, "Fraud:TrustedProxies:0=10.0.0.0/8", "Fraud:Keys:risk-key:Value=0123456789abcdef0123456789abcdef", "Fraud:Profiles:p:SignWith=risk-key",
            "Fraud:Profiles:p:Model=2026-11-21", "Fraud:Profiles:p:Weights:TOR_EXIT=50", "Fraud:Profiles:p:Caps:ip=90", "Fraud:Profiles:p:Levels:Critical=90",
            "Fraud:Profiles:p:Actions:Critical=Block", "Fraud:Profiles:p:Actions:High=Route:c", "Fraud:Profiles:p:Inject:0=Headers", "Fraud:Profiles:p:Inject:1=json:/metadata/risk",
            "Fraud:Profiles:p:Velocity:0:By=Subject", "Fraud:Profiles:p:Velocity:0:Windows:0=1h", "Fraud:Profiles:p:Velocity:0:Distinct=Device", "Fraud:Profiles:p:Subject:0=claim:sub", "Fraud:Profiles:p:OnDegraded=Block",
            "Fraud:Profiles:p:Edges:0:Header=CF-Bot-Score", "Fraud:Profiles:p:Edges:0:Scale=CloudflareBotScore").Fraud;

        var profile = fraud.Routes["r"];
        Assert.Same(fraud.Profiles["P"], profile);
        Assert.Equal(1, fraud.TrustedProxies.Count);
        Assert.Equal(("2026-11-21", 50, 90, 90), (profile.Model.Name, profile.Model.WeightOf(ReasonKinds.TorExit), profile.Model.Score(new Reason("R", SignalGroup.Ip, 100, FieldParameters.None)), profile.Model.Levels.Critical));
        Assert.Equal(RiskAction.Block.Instance, profile.ActionFor(RiskLevel.Critical));
        Assert.Equal(new RiskAction.Route("c"), profile.ActionFor(RiskLevel.High));
        Assert.Equal(RiskAction.Annotate.Instance, profile.ActionFor(RiskLevel.Low));
        Assert.Equal((true, "/metadata/risk"), (profile.InHeaders, profile.InBody!.Text));
        Assert.Equal("0123456789abcdef0123456789abcdef", Encoding.UTF8.GetString(profile.SignWith!.Bytes.Span));
        Assert.DoesNotContain("0123456789", profile.SignWith.ToString(), StringComparison.Ordinal);
        var rule = Assert.Single(profile.Velocity);
        Assert.Equal((VelocityBy.Subject, VelocityOf.Device, 20, 60), (rule.By, rule.Distinct, rule.Soft, rule.Hard));
        Assert.Equal([VelocityWindow.Hour], rule.Windows);
        Assert.Equal((OnDegraded.Block, "cf-bot-score"), (profile.OnDegraded, profile.Edges[0].Header));
    }
}
