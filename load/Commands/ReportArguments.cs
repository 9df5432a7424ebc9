using System.CommandLine;
using IdempotencyGateway.Load.Reports;

namespace IdempotencyGateway.Load.Commands;

/// <summary>The options that say to which files a report is written.</summary>
internal sealed class ReportArguments
{
    private readonly Option<string?> _json = new("--json") { Description = "Write the report to this file, as JSON." };
    private readonly Option<string?> _html = new("--html") { Description = "Write the report to this file, as one HTML page with plots." };

    public void AddTo(Command command)
    {
        command.Add(_json);
        command.Add(_html);
    }

    public ReportFiles Read(ParseResult parsed) => new(parsed.GetValue(_json), parsed.GetValue(_html));
}
