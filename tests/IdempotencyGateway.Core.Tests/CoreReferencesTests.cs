using System.Reflection;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests;

public sealed class CoreReferencesTests
{
    /// <summary>An assembly in the runtime's own directory belongs to the BCL; ASP.NET Core and packages are elsewhere.</summary>
    [Fact]
    public void Core_references_nothing_but_the_base_class_library()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        var foreign = typeof(IdempotencyKey).Assembly.GetReferencedAssemblies()
            .Where(reference => !File.Exists(Path.Combine(runtime, reference.Name + ".dll")))
            .Select(reference => reference.Name);

        Assert.Empty(foreign);
    }

    /// <summary>System.Net.Primitives is allowed: it has address types (IPAddress, IPNetwork) and opens no connections.</summary>
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
