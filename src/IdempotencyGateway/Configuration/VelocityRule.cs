namespace IdempotencyGateway.Configuration;

/// <summary>From when on somebody's requests, or the different others they come with, are too many.</summary>
/// <param name="Windows">Each is one that stores count in.</param>
/// <param name="Soft">From more than this on it begins to count against a request.</param>
/// <param name="Hard">From this on it counts in full.</param>
public sealed record VelocityRule(VelocityBy By, IReadOnlyList<VelocityWindow> Windows, int Soft, int Hard)
{
    /// <summary>What is counted; never what <see cref="By"/> says.</summary>
    public VelocityOf Distinct { get; init; } = VelocityOf.Requests;

    public bool CountsSubjects => By == VelocityBy.Subject || Distinct == VelocityOf.Subject;
}

/// <summary>Whose requests are counted.</summary>
public enum VelocityBy
{
    /// <summary>The client's address; of IPv6 its /64.</summary>
    Ip,

    /// <summary>Whoever holds the same credentials.</summary>
    Credential,

    /// <summary>Whom the request is about, see <see cref="FraudProfile.Subject"/>.</summary>
    Subject,

    /// <summary>What looks like one program on one machine.</summary>
    Device,
}

/// <summary>Of what different ones are counted.</summary>
public enum VelocityOf
{
    /// <summary>Each request is one.</summary>
    Requests,

    /// <summary>Addresses, as in <see cref="VelocityBy"/>; so the others.</summary>
    Ip,
    Credential,
    Subject,
    Device,
}

/// <summary>In seconds, as signals are named.</summary>
public enum VelocityWindow
{
    Minute = 60,
    Hour = 3600,
    Day = 86400,
}
