using System.CommandLine;
using System.Text.Json;
using IdempotencyGateway.Load.Reports;

namespace IdempotencyGateway.Load.Commands;

/// <summary><c>report FILE...</c>: what was written with <c>--json</c> before, as text and as a page; several become one.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("files") { Arity = ArgumentArity.OneOrMore, Description = "Reports that were written with --json." };
        var report = new ReportArguments();
        var command = new Command("report", "Shows earlier reports, several as one.") { files };
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
                    return await Refusal.WriteAsync(parsed, $"{file} is no report: {e.Message}");
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
