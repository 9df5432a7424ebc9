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

            // By default beside the store: that folder is writable and persistent.
            AuditFile = isGiven ? audit : Path.Combine(Path.GetDirectoryName(store.SqlitePath)!, "audit.log"),
        };
    }

    /// <summary>An admin address that other machines can reach needs a token.</summary>
    public static void CheckExposure(GatewaySnapshot snapshot, IReadOnlyDictionary<string, string?> environment, ProblemList problems)
    {
        var hasToken = snapshot.Admin.TokenFile is not null || environment.GetValueOrDefault(AdminTokens.Variable) is { Length: > 0 };
        if (snapshot.Listen.AdminIsExposed && !hasToken && problems.AreNoneAt("Listen:Admin") && problems.AreNoneAt("Admin:TokenFile"))
            problems.Add("Listen:Admin", AdminTokens.Missing(snapshot.Listen.Admin!));
    }
}
