namespace IdempotencyGateway.Configuration;

/// <summary>A limit on how many requests, or how many different values of <see cref="Distinct"/>, there may be for one value of <paramref name="By"/> in a window of time.</summary>
/// <param name="Windows">The lengths of the windows.</param>
/// <param name="Soft">Counts above this begin to add to the score.</param>
/// <param name="Hard">Counts from this on add the full weight.</param>
public sealed record VelocityRule(VelocityBy By, IReadOnlyList<VelocityWindow> Windows, int Soft, int Hard)
{
    /// <summary>What is counted; never the same as <see cref="By"/>.</summary>
    public VelocityOf Distinct { get; init; } = VelocityOf.Requests;

    public bool CountsSubjects => By == VelocityBy.Subject || Distinct == VelocityOf.Subject;
}

/// <summary>The value by which requests are grouped.</summary>
public enum VelocityBy
{
    /// <summary>The client's address; for IPv6 its /64 network.</summary>
    Ip,

    /// <summary>The request's credentials.</summary>
    Credential,

    /// <summary>The person or account that the request is about (<see cref="FraudProfile.Subject"/>).</summary>
    Subject,

    /// <summary>Traits that identify one program on one machine.</summary>
    Device,
}

/// <summary>What is counted: requests, or different values.</summary>
public enum VelocityOf
{
    /// <summary>Every request counts.</summary>
    Requests,

    /// <summary>Different addresses, as in <see cref="VelocityBy"/>; the others likewise.</summary>
    Ip,
    Credential,
    Subject,
    Device,
}

/// <summary>A window's length in seconds, as reasons report it.</summary>
public enum VelocityWindow
{
    Minute = 60,
    Hour = 3600,
    Day = 86400,
}
