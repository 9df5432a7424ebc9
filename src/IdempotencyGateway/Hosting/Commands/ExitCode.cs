namespace IdempotencyGateway.Hosting.Commands;

/// <summary>What the process ends with; the numbers are part of the product's surface.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>health: not ready, or not reachable.</summary>
    public const int Unhealthy = 1;

    /// <summary>It could not start for a reason outside its configuration, such as an address in use, or a Redis that is not there yet.</summary>
    public const int Failure = 1;

    /// <summary>The configuration is wrong (EX_CONFIG of sysexits.h). Restarting does not help, editing does.</summary>
    public const int Configuration = 78;
}
