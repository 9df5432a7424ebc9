namespace IdempotencyGateway.Hosting.Commands;

/// <summary>The process's exit codes. Scripts and supervisors depend on the numbers.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>health: not ready, or not reachable.</summary>
    public const int Unhealthy = 1;

    /// <summary>The gateway could not start for a reason outside its configuration, such as an address in use or a Redis that is not up yet.</summary>
    public const int Failure = 1;

    /// <summary>The configuration is wrong (EX_CONFIG of sysexits.h). Restarting does not help.</summary>
    public const int Configuration = 78;
}
