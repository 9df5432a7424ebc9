using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class AdminSection
{
    /// <param name="folder">The configuration file's: relative paths start there.</param>
    public static AdminSnapshot Read(SectionReader section, string folder, StoreSnapshot store)
    {
        var tokens = section.ValueOrNone("TokenFile", "", ValueForms.FilePath);
        var audit = section.Value("AuditFile", "data/audit.log", ValueForms.FilePath);
        var isGiven = section.Names.Contains("AuditFile", StringComparer.OrdinalIgnoreCase);
        return new()
        {
            TokenFile = string.IsNullOrEmpty(tokens) ? null : Path.GetFullPath(tokens, folder),

            // Wherever the store was put can be written and is kept.
            AuditFile = isGiven ? Path.GetFullPath(audit, folder) : Path.Combine(Path.GetDirectoryName(store.SqlitePath)!, "audit.log"),
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
