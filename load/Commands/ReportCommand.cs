using System.CommandLine;
using System.Text.Json;
using IdempotencyGateway.Load.Reports;

namespace IdempotencyGateway.Load.Commands;

/// <summary><c>report FILE...</c>: shows reports that were written with <c>--json</c> earlier, as text or as an HTML page. Several are merged into one.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("files") { Arity = ArgumentArity.OneOrMore, Description = "Reports that were written with --json." };
        var report = new ReportArguments();
        var command = new Command("report", "Shows earlier reports, merged into one.") { files };
        report.AddTo(command);
        command.SetAction(async parsed =>
        {
            var reports = new List<Report>();
            foreach (var file in parsed.GetValue(files)!)
            {
                try
                {
                    reports.Add(JsonReport.Read(await File.ReadAllTextAsync(file)));
                }
                catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
                {
                    return await Refusal.WriteAsync(parsed, $"{file} cannot be read as a report: {e.Message}");
                }
            }
            var joined = Report.Join(reports);
            TextReport.Write(joined, parsed.InvocationConfiguration.Output);
            await report.Read(parsed).WriteAsync(joined);
            return 0;
        });
        return command;
    }
}
