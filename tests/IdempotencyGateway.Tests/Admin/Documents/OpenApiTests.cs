using System.Text.Json;
using IdempotencyGateway.Admin;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace IdempotencyGateway.Tests.Admin.Documents;

/// <summary>The OpenAPI document that the admin listener serves matches its endpoints.</summary>
public sealed class OpenApiTests : AdminTest
{
    [Fact]
    public async Task The_document_describes_exactly_the_endpoints_that_are_mapped()
    {
        var gateway = await StartLockedAsync();
        var document = (await GetAsync(gateway, "/openapi.json", Token)).Json;

        var described =
            from path in document.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            where operation.Name != "parameters"
            select $"{operation.Name.ToUpperInvariant()} {path.Name}";

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(MappedIn(gateway).Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_document_marks_exactly_the_endpoints_that_need_no_token()
    {
        var gateway = await StartLockedAsync();
        var document = (await GetAsync(gateway, "/openapi.json", Token)).Json;

        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("get", out var operation))
                continue;
            var open = operation.TryGetProperty("security", out var needs) && needs.GetArrayLength() == 0;
            var status = (await GetAsync(gateway, path.Name.Replace("{storageKey}", new string('0', 64), StringComparison.Ordinal))).Status;
            Assert.True(open == (status != 401), $"{path.Name}: {status}");
        }
    }

    [Fact]
    public async Task Whatever_it_refers_to_is_there()
    {
        var gateway = await StartOpenAsync();
        var text = (await GetAsync(gateway, "/openapi.json")).Text;
        using var document = JsonDocument.Parse(text);
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(s => s.Name).ToArray();

        Assert.All(schemas, name => Assert.Contains($"\"#/components/schemas/{name}\"", text, StringComparison.Ordinal));
        Assert.All(
            text.Split("\"#/components/schemas/").Skip(1).Select(rest => rest.Split('"')[0]), name => Assert.Contains(name, schemas));
    }

    [Theory]
    [InlineData("/health/ready", "Ready")]
    [InlineData("/status", "Status")]
    [InlineData("/config", "Config")]
    [InlineData("/records?state=in-doubt", "Doubts")]
    [InlineData("/records/{storageKey}", "Record")]
    [InlineData("/nowhere", "Problem")]
    public async Task Answers_have_the_members_that_it_names(string path, string schema)
    {
        var gateway = await StartOpenAsync();
        await gateway.PostAsync("k");
        var described = (await GetAsync(gateway, "/openapi.json")).Json.GetProperty("components").GetProperty("schemas").GetProperty(schema);

        var answer = (await GetAsync(gateway, path.Replace("{storageKey}", gateway.StorageKeyOf("k").ToString(), StringComparison.Ordinal))).Json;

        var names = answer.EnumerateObject().Select(member => member.Name).ToArray();
        Assert.Empty(names.Except(described.GetProperty("properties").EnumerateObject().Select(p => p.Name), StringComparer.Ordinal));
        Assert.Empty(described.GetProperty("required").EnumerateArray().Select(r => r.GetString()).Except(names, StringComparer.Ordinal));
    }

    /// <summary>The endpoints that <see cref="AdminEndpoints"/> maps, as "METHOD /path".</summary>
    private static IEnumerable<string> MappedIn(GatewayUnderTest gateway)
    {
        var endpoints = new Endpoints(gateway.Services);
        AdminEndpoints.Map(endpoints);
        return
            from source in endpoints.DataSources
            from endpoint in source.Endpoints.OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
            select $"{method} {endpoint.RoutePattern.RawText}";
    }

    private sealed class Endpoints(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
