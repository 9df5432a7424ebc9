namespace IdempotencyGateway.Load.Reports;

/// <summary>Where a report goes besides the terminal.</summary>
/// <param name="Json">Null: nowhere.</param>
/// <param name="Html">Null: nowhere.</param>
internal sealed record ReportFiles(string? Json, string? Html)
{
    public async Task WriteAsync(Report report)
    {
        if (Json is not null)
            await File.WriteAllTextAsync(Json, JsonReport.Write(report));
        if (Html is not null)
            await File.WriteAllTextAsync(Html, HtmlReport.Write(report));
    }
}
