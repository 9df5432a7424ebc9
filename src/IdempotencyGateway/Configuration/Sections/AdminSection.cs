using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class AdminSection
{
    public static AdminSnapshot Read(SectionReader section, StoreSnapshot store)
    {
        var tokens = section.FileOrNone("TokenFile");
        var audit = section.File("AuditFile", "data/audit.log");
        var isGiven = section.Names.Contains("AuditFile", StringComparer.OrdinalIgnoreCase);
        return new()
        {
            TokenFile = tokens,

            // Wherever the store was put can be written and is kept.
            AuditFile = isGiven ? audit : Path.Combine(Path.GetDirectoryName(store.SqlitePath)!, "audit.log"),
        };
    }

    /// <summary>Operators of a gateway that strangers can reach need a token.</summary>
    public static void CheckExposure(GatewaySnapshot snapshot, IReadOnlyDictionary<string, string?> environment, ProblemList problems)
    {
        var hasToken = snapshot.Admin.TokenFile is not null || environment.GetValueOrDefault(AdminTokens.Variable) is { Length: > 0 };
        if (snapshot.Listen.AdminIsExposed && !hasToken && problems.AreNoneAt("Listen:Admin") && problems.AreNoneAt("Admin:TokenFile"))
            problems.Add("Listen:Admin", AdminTokens.Missing(snapshot.Listen.Admin!));
    }
}
