using System.Text.Json.Nodes;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Admin.Effective;

internal static class ConfigEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/config", Show);

    private static IResult Show(SnapshotSource snapshots)
    {
        var configuration = EffectiveConfiguration.Of(snapshots.Current);
        return Results.Json(
            new ConfigAnswer(RevisionOf(configuration), ReloadAnswer.Of(snapshots), configuration), AdminJson.Default.ConfigAnswer);
    }

    private static string RevisionOf(JsonObject configuration) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(configuration.ToJsonString())))[..12];
}

/// <param name="Revision">A name for its content.</param>
/// <param name="LastReload">Absent when the files have not changed since the start.</param>
/// <param name="Configuration">See <see cref="EffectiveConfiguration"/>.</param>
internal sealed record ConfigAnswer(string Revision, ReloadAnswer? LastReload, JsonObject Configuration);
