using System.Text.RegularExpressions;
using System.Xml.Linq;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>The allowed dependencies between the projects and between the gateway's rooms (its top-level folders).</summary>
public class ProjectArrowTests
{
    private const string Gateway = "src/IdempotencyGateway/";

    public static TheoryData<string, string, string[]> Secrets => new()
    {
        { "YARP", @"\bYarp\.", ["Hosting", "Forwarding", "Fraud", "Configuration"] },
        { "IConfiguration", @"\bI?Configuration(Root|Section|Builder|Manager)\b|\bIConfiguration\b", ["Configuration", "Hosting"] },
        { "SQLite", @"\bSQLitePCL\b|\bsqlite3_\w+|\bMicrosoft\.Data\.Sqlite\b", ["Stores/Sqlite"] },
        { "the simulated provider", @"\bSimulatedProvider\b", ["Hosting/Commands"] },
    };

    [Theory]
    [InlineData("src/IdempotencyGateway.Core", "")]
    [InlineData("src/SimulatedProvider", "")]
    [InlineData("src/IdempotencyGateway", "IdempotencyGateway.Core SimulatedProvider")]
    public void A_project_references_only_those_below_it(string folder, string allowed)
    {
        var references = Project(folder).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));

        HouseRule.Holds(
            $"{folder} may reference [{allowed}] and nothing else: move the code to the project that may know both.",
            references.Except(allowed.Split(' ')));
    }

    [Fact]
    public void Core_has_no_packages_and_knows_no_http()
    {
        var project = Project("src/IdempotencyGateway.Core");
        var declared = project.Descendants()
            .Where(element => element.Name.LocalName is "PackageReference" or "FrameworkReference" or "Reference")
            .Select(element => element.ToString());
        var compiled = typeof(IdempotencyKey).Assembly.GetReferencedAssemblies()
            .Select(assembly => assembly.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) || name is "System.Net.Http" or "System.Net.Sockets");

        HouseRule.Holds("Core is the BCL only, without HTTP: leave the decision there and do the rest in the gateway.", declared.Concat(compiled));
    }

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_room_keeps_its_library_to_itself(string what, string pattern, string[] rooms)
    {
        var outside = Repository.CSharp(Gateway)
            .Where(file => !rooms.Any(room => file.Path.StartsWith($"{Gateway}{room}/", StringComparison.Ordinal)))
            .SelectMany(file => file.Where(line => Regex.IsMatch(line, pattern, RegexOptions.None, TimeSpan.FromSeconds(1))));

        HouseRule.Holds($"Only {string.Join(", ", rooms)} may know {what}: hand the others a value of our own.", outside);
    }

    private static XDocument Project(string folder) =>
        XDocument.Parse(Repository.Read($"{folder}/{Path.GetFileName(folder)}.csproj"));
}
