using System.Net;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdempotencyGateway.Tests.DryRuns;

/// <summary>gRPC in dry runs, where a call's result is in the trailers.</summary>
public sealed class GrpcInDryRunsTests : DryRunTest
{
    [Theory]
    [InlineData("0", "replay")]
    [InlineData("16", "send_again")]
    [InlineData(null, "outcome-unknown")]
    public async Task A_call_is_judged_by_its_own_status(string? code, string would)
    {
        await using var provider = await KestrelProvider.StartAsync(
            async context =>
            {
                context.Response.ContentType = "application/grpc";
                await context.Request.Body.CopyToAsync(context.Response.Body);
                if (code is not null)
                    context.Response.AppendTrailer(GrpcStatus.Field, code);
            },
            HttpProtocols.Http2);
        var gateway = await StartDryBeforeAsync(provider.Address, configure: setup => setup.HttpRequest = new()
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        });
        using var client = BareClient.Http2();
        for (var i = 0; i < 2; i++)
        {
            var request = client.Request("POST", new Uri(gateway.Http2Address, "/guarded/call"));
            request.Headers.TryAddWithoutValidation("x-api-key", "c");
            request.Headers.TryAddWithoutValidation("Idempotency-Key", "k");
            request.Content = new ByteArrayContent("\0\0\0\0\x02{}"u8.ToArray()) { Headers = { ContentType = new("application/grpc") } };

            var answer = await Answer.ReadAsync(client.SendAsync(request));
            await EndedAsync(gateway);

            Assert.Equal((200, "\0\0\0\0\x02{}"), (answer.Status, answer.Text));
            Assert.Equal(code, answer.Trailers[GrpcStatus.Field]);
        }

        Assert.Equal(["send", would], Told);
        Assert.Equal(2, provider.Requests.Count);
    }
}
