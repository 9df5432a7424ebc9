using System.Reflection;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests;

public sealed class CoreReferencesTests
{
    /// <summary>The runtime's own directory holds the BCL and nothing else: ASP.NET Core and packages live elsewhere.</summary>
    [Fact]
    public void Core_references_nothing_but_the_base_class_library()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        var foreign = typeof(IdempotencyKey).Assembly.GetReferencedAssemblies()
            .Where(reference => !File.Exists(Path.Combine(runtime, reference.Name + ".dll")))
            .Select(reference => reference.Name);

        Assert.Empty(foreign);
    }

    /// <summary>System.Net.Primitives is what an address is (IPAddress, IPNetwork), and opens nothing.</summary>
    [Fact]
    public void Core_knows_no_network_no_process_and_no_console()
    {
        string[] shell = ["System.Net", "System.Data", "System.Console", "System.Diagnostics.Process", "System.IO.Pipes"];

        var known = typeof(IdempotencyKey).Assembly.GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => name != "System.Net.Primitives" && shell.Any(start => name.StartsWith(start, StringComparison.Ordinal)));

        Assert.Empty(known);
    }
}
