using IdempotencyGateway.Admin.Audit;
using IdempotencyGateway.Admin.Health;
using IdempotencyGateway.Admin.Records;
using IdempotencyGateway.Admin.Subjects;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Hosting;

namespace IdempotencyGateway.Admin;

/// <summary>Registers the services of the admin listener.</summary>
internal static class AdminServices
{
    public static void Add(IServiceCollection services, AdminSnapshot admin, GatewayParts parts)
    {
        services.AddSingleton(parts.AdminTokens);
        services.AddSingleton(services => new AuditLog(admin.AuditFile, services.GetRequiredService<ILogger<AuditLog>>()));
        services.AddSingleton<DestinationHealth>();
        services.AddSingleton<StoreProbe>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<RecordFinder>();
        services.AddSingleton<RecordOverruler>();
        services.AddSingleton<SubjectOverruler>();
    }
}
