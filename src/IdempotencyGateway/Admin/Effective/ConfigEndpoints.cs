using System.Text.Json.Nodes;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Admin.Effective;

internal static class ConfigEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/config", Show);

    private static IResult Show(SnapshotSource snapshots)
    {
        var snapshot = snapshots.Current;
        return Results.Json(
            new ConfigAnswer(snapshot.Revision, ReloadAnswer.Of(snapshots), EffectiveConfiguration.Of(snapshot)), AdminJson.Default.ConfigAnswer);
    }
}

/// <param name="Revision">Identifies the configuration in force: equal on all processes with the same configuration.</param>
/// <param name="LastReload">Absent when the files have not changed since the start.</param>
/// <param name="Configuration">See <see cref="EffectiveConfiguration"/>.</param>
internal sealed record ConfigAnswer(string Revision, ReloadAnswer? LastReload, JsonObject Configuration);
