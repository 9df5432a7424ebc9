using System.Text.RegularExpressions;

namespace IdempotencyGateway.Tests.HouseRules;

public partial class NamingTests
{
    [Fact]
    public void A_type_is_named_after_what_it_does()
    {
        var vague = Repository.CSharp()
            .SelectMany(file => file.Where(line => VagueType().IsMatch(line)));

        HouseRule.Holds("Manager, Helper, Utils, Common and Service say nothing: name the type after what it does or is.", vague);
    }

    [Theory]
    [InlineData("public sealed class RecordManager", true)]
    [InlineData("internal static class HeaderHelpers(int x)", true)]
    [InlineData("public record struct CommonUtils;", true)]
    [InlineData("internal sealed class ExpiryService : BackgroundService", true)]
    [InlineData("internal sealed class ExpirySweeper : BackgroundService", false)]
    [InlineData("internal static class GatewayServices", false)]
    public void A_vague_name_is_recognised(string declaration, bool vague) => Assert.Equal(vague, VagueType().IsMatch(declaration));

    [GeneratedRegex(@"\b(class|struct|interface|enum|record)\s+(Common\w*|\w*(Manager|Helpers?|Util(itie)?s?|Common|Service))\b", RegexOptions.ExplicitCapture)]
    private static partial Regex VagueType();
}
