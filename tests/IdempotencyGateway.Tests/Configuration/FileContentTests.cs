using System.IO.Pipes;
using IdempotencyGateway.Configuration.Files;

namespace IdempotencyGateway.Tests.Configuration;

public sealed class FileContentTests
{
    [Fact]
    public void What_a_shell_substitutes_for_a_command_is_read()
    {
        using var output = new AnonymousPipeServerStream(PipeDirection.Out);
        using var input = output.ClientSafePipeHandle;
        output.Write("{}"u8);
        output.Dispose();

        Assert.Equal("{}"u8, FileContent.Read($"/dev/fd/{input.DangerousGetHandle()}"));
    }
}
