using System.Net.Sockets;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Telemetry.Logging;

namespace IdempotencyGateway.Tests.Telemetry.Logging;

public class ExceptionTextTests
{
    public static TheoryData<Exception, string> Messages => new()
    {
        { new StoreUnavailableException(StoreFailure.Full, "no room"), "IdempotencyGateway.Core.Stores.StoreUnavailableException: no room" },
        { new IOException("disk"), "System.IO.IOException: disk" },
        { new FormatException("the input string 'secret'"), "System.FormatException" },
        { new HttpRequestException(HttpRequestError.InvalidResponse, "status line 'secret'"), "System.Net.Http.HttpRequestException: InvalidResponse" },
        { new HttpIOException(HttpRequestError.InvalidResponse, "'secret'"), "System.Net.Http.HttpIOException" },
        {
            new HttpRequestException(HttpRequestError.ConnectionError, "x (host:1)", new SocketException((int)SocketError.ConnectionRefused)),
            "System.Net.Http.HttpRequestException: ConnectionError ---> System.Net.Sockets.SocketException: Connection refused"
        },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_written_where_it_cannot_quote_a_request(Exception exception, string text) =>
        Assert.Equal(text, ExceptionText.Of(exception).TrimEnd());

    [Fact]
    public void The_stack_trace_is_written_without_the_message()
    {
        var thrown = Record.Exception(() => int.Parse("secret", null));

        Assert.Contains("at System.", ExceptionText.Of(thrown!), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", ExceptionText.Of(thrown!), StringComparison.Ordinal);
    }
}
