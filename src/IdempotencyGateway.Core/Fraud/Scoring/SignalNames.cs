using System.Globalization;
using IdempotencyGateway.Core.Fraud.Fields;

namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>The names of the signals in <c>Risk-Signals</c>, each with the type of its value.</summary>
public static class SignalNames
{
    /// <summary>String: the country of the client's address, two capitals (ISO 3166-1).</summary>
    public const string IpCountry = "ip.country";

    /// <summary>Integer: the autonomous system that announces the client's address.</summary>
    public const string IpAsn = "ip.asn";

    /// <summary>Boolean.</summary>
    public const string IpTor = "ip.tor";

    /// <summary>Boolean.</summary>
    public const string IpVpn = "ip.vpn";

    /// <summary>Token: <c>public</c> or <c>residential</c>.</summary>
    public const string IpProxy = "ip.proxy";

    /// <summary>Boolean.</summary>
    public const string IpHosting = "ip.hosting";

    /// <summary>String: the name of the list. A list may be configured to report under another signal.</summary>
    public const string IpList = "ip.list";

    /// <summary>Decimal, 0 to 100: the database's own risk value.</summary>
    public const string IpRisk = "ip.risk";

    /// <summary>Boolean.</summary>
    public const string IpXffSpoofed = "ip.xff_spoofed";

    /// <summary>Byte sequence: a keyed hash.</summary>
    public const string DeviceId = "dev.id";

    /// <summary>String.</summary>
    public const string DeviceJa4 = "dev.ja4";

    /// <summary>Boolean.</summary>
    public const string UserAgentMissing = "dev.ua_missing";

    /// <summary>Boolean.</summary>
    public const string UserAgentBot = "dev.ua_bot";

    /// <summary>Boolean.</summary>
    public const string ClientHintMismatch = "dev.ch_mismatch";

    /// <summary>Boolean.</summary>
    public const string DeviceNew = "dev.new";

    /// <summary>Boolean.</summary>
    public const string LanguageMismatch = "geo.lang_mismatch";

    /// <summary>Boolean.</summary>
    public const string DeclaredMismatch = "geo.declared_mismatch";

    /// <summary>Decimal: the lowest speed in km/h that explains the two places.</summary>
    public const string Speed = "geo.speed";

    /// <summary>Boolean.</summary>
    public const string KeyMismatch = "beh.key_mismatch";

    /// <summary>Integer: under how many other keys the same body was sent.</summary>
    public const string BodyRepeat = "beh.body_repeat";

    /// <summary>Decimal, 0 to 1.</summary>
    public const string RejectRatio = "beh.reject_ratio";

    /// <summary>Integer, 0 to 100, high is bad: the score of a trusted edge.</summary>
    public const string EdgeScore = "edge.score";

    /// <summary>Integer: the number of requests within the window, in seconds. <c>vel.ip.60</c>.</summary>
    /// <param name="by">ip, cred, subject or dev.</param>
    public static string Velocity(string by, TimeSpan window) =>
        string.Create(CultureInfo.InvariantCulture, $"vel.{by}.{(long)window.TotalSeconds}");

    /// <summary>Integer: the number of distinct values within the window, capped at 64. <c>vel.ip.cred.3600</c>: distinct credentials seen from the address.</summary>
    /// <param name="by">ip, cred, subject or dev.</param>
    /// <param name="of">What is counted: one of the same four.</param>
    public static string Variety(string by, string of, TimeSpan window) =>
        string.Create(CultureInfo.InvariantCulture, $"vel.{by}.{of}.{(long)window.TotalSeconds}");

    /// <summary>Integer, 0 to 100, high is bad: the score of an external service. <c>ext.vendor</c>.</summary>
    public static string ExternalScore(string service) => FieldKey.From("ext." + service);

    /// <summary>String: the reason codes of an external service, separated by spaces; at most 8 codes of at most 32 characters. <c>ext.vendor.codes</c>.</summary>
    public static string ExternalCodes(string service) => FieldKey.From("ext." + service + ".codes");

    /// <summary>Boolean: this source could not be consulted. <c>missing.city</c>.</summary>
    public static string Missing(string source) => FieldKey.From("missing." + source);
}
