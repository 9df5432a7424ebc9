using IdempotencyGateway.Load.Commands;
using IdempotencyGateway.Load.Comparisons;
using IdempotencyGateway.Load.Reports;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Tests.Reports;

namespace IdempotencyGateway.Load.Tests.Commands;

public class LoadCommandLineTests
{
    [Fact]
    public async Task List_names_everything_there_is()
    {
        var (exitCode, said, _) = await RunAsync("list");

        Assert.Equal(0, exitCode);
        Assert.All(ScenarioList.All, scenario => Assert.Contains($"  {scenario.Name} ", said, StringComparison.Ordinal));
        Assert.All(ComparisonList.All, comparison => Assert.Contains($"  {comparison.Name} ", said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("run Nothing", "there is no scenario Nothing")]
    [InlineData("run Direct --threshold p99<50ms", "p99<=50ms")]
    [InlineData("compare first-cal", "there is no comparison or scenario first-cal")]
    [InlineData("report no-such-file.json", "cannot be read as a report")]
    public async Task A_mistake_is_explained_and_nothing_is_started(string arguments, string explanation)
    {
        var (exitCode, _, errors) = await RunAsync(arguments.Split(' '));

        Assert.Equal(1, exitCode);
        Assert.Contains(explanation, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Earlier_reports_become_one()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            string[] files = [Path.Combine(folder.FullName, "a.json"), Path.Combine(folder.FullName, "b.json")];
            foreach (var file in files)
                await File.WriteAllTextAsync(file, JsonReport.Write(SampleReport.Create()));
            var page = Path.Combine(folder.FullName, "both.html");

            var (exitCode, said, _) = await RunAsync("report", files[0], files[1], "--html", page);

            Assert.Equal(0, exitCode);
            Assert.Equal(2, said.Split("\nfirst-call: ").Length - 1);
            Assert.Equal(2, (await File.ReadAllTextAsync(page)).Split("<h2>first-call</h2>").Length - 1);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Said, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        return (await LoadCommandLine.RunAsync(arguments, output, errors), output.ToString(), errors.ToString());
    }
}
