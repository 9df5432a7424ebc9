using IdempotencyGateway.Admin.Access;

namespace IdempotencyGateway.Admin.Documents;

/// <summary>Serves the dashboard and the API's description. Both are static; the dashboard requests its data with the operator's token.</summary>
internal static class DocumentEndpoints
{
    private static readonly EmbeddedDocument Dashboard = EmbeddedDocument.Read("dashboard.html");
    private static readonly EmbeddedDocument Description = EmbeddedDocument.Read("openapi.json");

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/", ShowDashboard).WithMetadata(NeedsNoToken.Mark);
        endpoints.MapGet("/openapi.json", static () => Results.Bytes(Description.Bytes, "application/json"));
    }

    private static IResult ShowDashboard(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + $"script-src {Dashboard.HashOf("script")}; style-src {Dashboard.HashOf("style")}";
        headers.XFrameOptions = "DENY";
        return Results.Bytes(Dashboard.Bytes, "text/html; charset=utf-8");
    }
}
