using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Admin.Documents;
using IdempotencyGateway.Admin.Effective;
using IdempotencyGateway.Admin.Health;
using IdempotencyGateway.Admin.Records;
using IdempotencyGateway.Admin.Subjects;
using IdempotencyGateway.Telemetry.Exposition;

namespace IdempotencyGateway.Admin;

/// <summary>The pipeline of the admin listener: the gate first, then one line for each group of endpoints.</summary>
internal static class AdminEndpoints
{
    public static void Use(IApplicationBuilder admin)
    {
        admin.UseRouting();
        admin.UseMiddleware<AdminGate>();
        admin.UseEndpoints(Map);
        admin.Run(context => new AdminRefusal(AdminProblem.NotFound, "/openapi.json lists what there is.").ExecuteAsync(context));
    }

    /// <summary>Documents/openapi.json describes each endpoint; a test compares the two.</summary>
    internal static void Map(IEndpointRouteBuilder endpoints)
    {
        HealthEndpoints.Map(endpoints);
        endpoints.MapGet("/metrics", (HttpContext context, PrometheusExposition metrics) => metrics.WriteAsync(context));
        RecordEndpoints.Map(endpoints);
        SubjectEndpoints.Map(endpoints);
        ConfigEndpoints.Map(endpoints);
        DocumentEndpoints.Map(endpoints);
    }
}
