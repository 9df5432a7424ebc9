using System.Globalization;
using System.Text;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Hosting;

/// <summary>A crashing gateway leaves no memory content in a dump, even if its environment requests dumps.</summary>
public sealed class ProcessMemoryTests
{
    private const string Secret = "whose-passport-is-this";

    [Fact]
    public async Task A_crash_leaves_no_dump_and_nobody_of_the_same_user_may_look_inside()
    {
        await using var provider = await KestrelProvider.StartAsync(static context => Task.CompletedTask);
        using var configuration = new ProcessConfiguration(provider.Address);
        var folder = Path.GetDirectoryName(configuration.Path)!;
        await using var gateway = await GatewayProcess.StartAsync(configuration.Path, new Dictionary<string, string>
        {
            ["DOTNET_DbgEnableMiniDump"] = "1",
            ["DOTNET_DbgMiniDumpName"] = Path.Combine(folder, "dump"),
        }, withoutCapabilities: true);
        using var client = new HttpClient { BaseAddress = gateway.Address };
        using var request = GatewayUnderTest.Post("k", $$"""{"name":"{{Secret}}"}""");
        using var answer = await client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode);

        string[] look = [.. GatewayProcess.WithoutCapabilities, "head", "-c", "1", string.Create(CultureInfo.InvariantCulture, $"/proc/{gateway.Id}/maps")];
        var looked = await Tool.RunAsync(look[0], look[1..]);
        await gateway.CrashAsync();

        Assert.Contains("Permission denied", looked.Said, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(folder), file => Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
        Assert.DoesNotContain(Directory.GetFiles(folder), file => Path.GetFileName(file) is "dump" || Path.GetFileName(file).StartsWith("core", StringComparison.Ordinal));
    }
}
