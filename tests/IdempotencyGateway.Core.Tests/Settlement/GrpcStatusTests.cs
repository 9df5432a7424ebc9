using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Core.Tests.Settlement;

public sealed class GrpcStatusTests
{
    /// <summary>The mapping that google.rpc.Code documents.</summary>
    [Theory]
    [InlineData("0", 200)]
    [InlineData("1", 499)]
    [InlineData("2", 500)]
    [InlineData("3", 400)]
    [InlineData("4", 504)]
    [InlineData("5", 404)]
    [InlineData("6", 409)]
    [InlineData("7", 403)]
    [InlineData("8", 429)]
    [InlineData("9", 400)]
    [InlineData("10", 409)]
    [InlineData("11", 400)]
    [InlineData("12", 501)]
    [InlineData("13", 500)]
    [InlineData("14", 503)]
    [InlineData("15", 500)]
    [InlineData("16", 401)]
    public void A_code_is_judged_by_the_HTTP_status_that_it_is_given(string code, int status) => Assert.Equal(status, GrpcStatus.ToHttpStatus(code));

    [Theory]
    [InlineData("17")]
    [InlineData("200")]
    [InlineData("99999999999999999999")]
    public void A_number_that_gRPC_does_not_know_is_UNKNOWN(string code) => Assert.Equal(500, GrpcStatus.ToHttpStatus(code));

    [Theory]
    [InlineData("")]
    [InlineData("OK")]
    [InlineData("-1")]
    [InlineData("+0")]
    [InlineData(" 0")]
    [InlineData("0, 14")]
    [InlineData("0.0")]
    [InlineData("\u0660")]
    public void What_is_no_number_says_nothing(string code) => Assert.Null(GrpcStatus.ToHttpStatus(code));
}
