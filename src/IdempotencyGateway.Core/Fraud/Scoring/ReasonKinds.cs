using System.Collections.Frozen;
using static IdempotencyGateway.Core.Fraud.Scoring.SignalGroup;

namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>All built-in kinds of reasons, with their default weights. A graded reason adds a share of its weight.</summary>
public static class ReasonKinds
{
    public static readonly ReasonKind TorExit = new("TOR_EXIT", Ip, 35, SignalNames.IpTor);
    public static readonly ReasonKind AnonymousVpn = new("ANONYMOUS_VPN", Ip, 15, SignalNames.IpVpn);
    public static readonly ReasonKind PublicProxy = new("PUBLIC_PROXY", Ip, 25, SignalNames.IpProxy);
    public static readonly ReasonKind ResidentialProxy = new("RESIDENTIAL_PROXY", Ip, 30, SignalNames.IpProxy);
    public static readonly ReasonKind Hosting = new("HOSTING", Ip, 20, SignalNames.IpHosting);

    /// <summary>The address is on a configured list, which has a weight of its own. Parameter <c>list</c>.</summary>
    public static readonly ReasonKind IpListed = new("IP_LISTED", Ip, 40, SignalNames.IpList);

    /// <summary>Graded: half of the database's risk of 0 to 100.</summary>
    public static readonly ReasonKind IpRisk = new("IP_RISK", Ip, 50, SignalNames.IpRisk);

    public static readonly ReasonKind XffSpoofed = new("XFF_SPOOFED", Ip, 10, SignalNames.IpXffSpoofed);

    public static readonly ReasonKind UserAgentMissing = new("UA_MISSING", Device, 20, SignalNames.UserAgentMissing);
    public static readonly ReasonKind UserAgentBot = new("UA_BOT", Device, 25, SignalNames.UserAgentBot);
    public static readonly ReasonKind ClientHintMismatch = new("CLIENT_HINT_MISMATCH", Device, 20, SignalNames.ClientHintMismatch);
    public static readonly ReasonKind NewDevice = new("NEW_DEVICE", Device, 8, SignalNames.DeviceNew);

    public static readonly ReasonKind LanguageMismatch = new("LANGUAGE_MISMATCH", Geo, 5, SignalNames.LanguageMismatch);
    public static readonly ReasonKind DeclaredMismatch = new("DECLARED_COUNTRY_MISMATCH", Geo, 12, SignalNames.DeclaredMismatch);
    public static readonly ReasonKind ImpossibleTravel = new("IMPOSSIBLE_TRAVEL", Geo, 30, SignalNames.Speed);

    /// <summary>The four velocities are graded between a soft and a hard count. Parameters <c>n</c> (count) and <c>win</c> (seconds).</summary>
    public static readonly ReasonKind IpVelocity = new("IP_VELOCITY", Behaviour, 20, "vel.ip");
    public static readonly ReasonKind CredentialVelocity = new("CREDENTIAL_VELOCITY", Behaviour, 20, "vel.cred");
    public static readonly ReasonKind SubjectVelocity = new("SUBJECT_VELOCITY", Behaviour, 20, "vel.subject");
    public static readonly ReasonKind DeviceVelocity = new("DEVICE_VELOCITY", Behaviour, 20, "vel.dev");

    /// <summary>The varieties count distinct values seen together with somebody. Graded like the velocities; parameter <c>of</c> names what is counted.</summary>
    public static readonly ReasonKind IpVariety = new("IP_VARIETY", Behaviour, 20, "vel.ip");
    public static readonly ReasonKind CredentialVariety = new("CREDENTIAL_VARIETY", Behaviour, 20, "vel.cred");
    public static readonly ReasonKind SubjectVariety = new("SUBJECT_VARIETY", Behaviour, 20, "vel.subject");
    public static readonly ReasonKind DeviceVariety = new("DEVICE_VARIETY", Behaviour, 20, "vel.dev");

    public static readonly ReasonKind KeyReuse = new("IDEMPOTENCY_KEY_REUSE", Behaviour, 15, SignalNames.KeyMismatch);
    public static readonly ReasonKind DuplicatePayload = new("DUPLICATE_PAYLOAD", Behaviour, 20, SignalNames.BodyRepeat);
    public static readonly ReasonKind RejectRatio = new("HIGH_REJECT_RATIO", Behaviour, 15, SignalNames.RejectRatio);

    /// <summary>Graded: the score of a trusted edge.</summary>
    public static readonly ReasonKind EdgeScore = new("EDGE_SCORE", Edge, 100, SignalNames.EdgeScore);

    /// <summary>Graded: the score of an external service. Parameter <c>by</c>.</summary>
    public static readonly ReasonKind ExternalScore = new("EXTERNAL_SCORE", External, 100, "ext");

    /// <summary>Sets the score to 100. Parameter <c>list</c>.</summary>
    public static readonly ReasonKind DenyListed = new("DENY_LISTED", Ip, 100, SignalNames.IpList);

    /// <summary>Sets the score to 0. Parameter <c>list</c>.</summary>
    public static readonly ReasonKind AllowListed = new("ALLOW_LISTED", Ip, 0, SignalNames.IpList);

    private static readonly FrozenDictionary<string, ReasonKind> ByCode = new[]
    {
        TorExit, AnonymousVpn, PublicProxy, ResidentialProxy, Hosting, IpListed, IpRisk, XffSpoofed,
        UserAgentMissing, UserAgentBot, ClientHintMismatch, NewDevice,
        LanguageMismatch, DeclaredMismatch, ImpossibleTravel,
        IpVelocity, CredentialVelocity, SubjectVelocity, DeviceVelocity, IpVariety, CredentialVariety, SubjectVariety, DeviceVariety, KeyReuse, DuplicatePayload, RejectRatio,
        EdgeScore, ExternalScore, DenyListed, AllowListed,
    }.ToFrozenDictionary(kind => kind.Code, StringComparer.Ordinal);

    public static IReadOnlyCollection<ReasonKind> All => ByCode.Values;

    public static ReasonKind? Find(string code) => ByCode.GetValueOrDefault(code);
}
