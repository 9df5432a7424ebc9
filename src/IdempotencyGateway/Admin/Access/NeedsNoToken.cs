namespace IdempotencyGateway.Admin.Access;

/// <summary>Marks an endpoint that says nothing about records, callers or the configuration.</summary>
internal sealed class NeedsNoToken
{
    public static readonly NeedsNoToken Mark = new();

    private NeedsNoToken()
    {
    }
}
