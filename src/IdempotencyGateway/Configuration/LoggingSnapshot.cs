using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace IdempotencyGateway.Configuration;

/// <summary>The standard .NET Logging section. Its shape belongs to .NET, so it is applied as a whole instead of being copied out.</summary>
public sealed class LoggingSnapshot
{
    private readonly IConfiguration _section;

    internal LoggingSnapshot(IConfiguration section) => _section = section;

    public static LoggingSnapshot Default { get; } = new(new ConfigurationBuilder().Build());

    public void ApplyTo(ILoggingBuilder logging) => logging.AddConfiguration(_section);
}
