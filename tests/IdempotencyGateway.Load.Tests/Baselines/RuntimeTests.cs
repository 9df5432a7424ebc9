using System.Text.Json;

namespace IdempotencyGateway.Load.Tests.Baselines;

public class RuntimeTests
{
    [Fact]
    public void The_baselines_runtime_is_set_up_as_the_gateways() =>
        Assert.Equal(PropertiesOf("IdempotencyGateway"), PropertiesOf("IdempotencyGateway.Load"));

    private static string PropertiesOf(string program)
    {
        using var configuration = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, $"{program}.runtimeconfig.json")));
        return configuration.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties").GetRawText();
    }
}
