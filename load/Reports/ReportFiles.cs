namespace IdempotencyGateway.Load.Reports;

/// <summary>The files to which a report is written.</summary>
/// <param name="Json">Null for no JSON file.</param>
/// <param name="Html">Null for no HTML file.</param>
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
