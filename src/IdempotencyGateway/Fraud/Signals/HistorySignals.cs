using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>Signals from the store's counters. Pure functions from tracks to findings.</summary>
internal static class HistorySignals
{
    /// <summary>With fewer answers the ratio of rejections is not computed.</summary>
    private const int LeastAnswers = 10;

    /// <summary>From this ratio of rejections on, it counts against a caller; at a ratio of 1 in full.</summary>
    private const double HighRatio = 0.5;

    /// <summary>A body that was sent under this many other keys counts in full.</summary>
    private const double ManyRepeats = 5;

    private static readonly Dictionary<(VelocityBy By, VelocityOf Of, VelocityWindow Window), string> VelocityNames = (
        from who in Enum.GetValues<VelocityBy>()
        from of in Enum.GetValues<VelocityOf>()
        from window in Enum.GetValues<VelocityWindow>()
        select (who, of, window)).ToDictionary(count => count, count => NameOf(count.who, count.of, TimeSpan.FromSeconds((int)count.window)));

    public static void CountOf(VelocityRule rule, Track track, Findings findings)
    {
        foreach (var window in rule.Windows)
        {
            var count = window switch { VelocityWindow.Minute => track.Minute, VelocityWindow.Hour => track.Hour, _ => track.Day };
            var value = FieldValue.OfInteger(count);
            findings.Fact(VelocityNames[(rule.By, rule.Distinct, window)], value);
            var share = (double)(count - rule.Soft) / (rule.Hard - rule.Soft);
            var win = FieldValue.OfInteger((int)window);
            if (rule.Distinct == VelocityOf.Requests)
                findings.RaiseShare(VelocityReason(rule.By), share, FieldParameters.Of(("n", value), ("win", win)));
            else
                findings.RaiseShare(VarietyReason(rule.By), share, FieldParameters.Of(("of", FieldValue.OfToken(NameOf(rule.Distinct))), ("n", value), ("win", win)));
        }
    }

    public static void NewDevice(Track device, Findings findings)
    {
        if (!device.IsNew)
            return;
        findings.Fact(SignalNames.DeviceNew, FieldValue.True);
        findings.Raise(ReasonKinds.NewDevice);
    }

    /// <param name="mismatches">The caller's requests that reused a key for a different request.</param>
    public static void KeyReuse(Track mismatches, Findings findings)
    {
        if (mismatches.Hour == 0)
            return;
        findings.Fact(SignalNames.KeyMismatch, FieldValue.True);
        findings.Raise(ReasonKinds.KeyReuse, FieldParameters.Of(("n", FieldValue.OfInteger(mismatches.Hour)), ("win", FieldValue.OfInteger((int)VelocityWindow.Hour))));
    }

    /// <param name="body">Requests of the caller with the same content, this one included; each key counts once.</param>
    public static void BodyRepeat(Track body, Findings findings)
    {
        if (body.Day <= 1)
            return;
        var others = FieldValue.OfInteger(body.Day - 1);
        findings.Fact(SignalNames.BodyRepeat, others);
        findings.RaiseShare(ReasonKinds.DuplicatePayload, (body.Day - 1) / ManyRepeats, FieldParameters.Of(("n", others)));
    }

    public static void RejectRatio(Track answers, Track rejections, Findings findings)
    {
        if (answers.Hour < LeastAnswers)
            return;
        var ratio = Math.Min(1, (double)rejections.Hour / answers.Hour);
        if (ratio < HighRatio || !FieldValue.TryDecimal(ratio, out var value))
            return;
        findings.Fact(SignalNames.RejectRatio, value);
        findings.RaiseShare(ReasonKinds.RejectRatio, (ratio - HighRatio) / (1 - HighRatio));
    }

    private static string NameOf(VelocityBy by, VelocityOf of, TimeSpan window) =>
        of == VelocityOf.Requests ? SignalNames.Velocity(NameOf(by), window) : SignalNames.Variety(NameOf(by), NameOf(of), window);

    private static string NameOf(VelocityOf of) => of switch
    {
        VelocityOf.Ip => NameOf(VelocityBy.Ip),
        VelocityOf.Credential => NameOf(VelocityBy.Credential),
        VelocityOf.Subject => NameOf(VelocityBy.Subject),
        VelocityOf.Device => NameOf(VelocityBy.Device),
        _ => throw new InvalidOperationException($"no name for {of}"),
    };

    private static string NameOf(VelocityBy by) => by switch
    {
        VelocityBy.Ip => "ip",
        VelocityBy.Credential => "cred",
        VelocityBy.Subject => "subject",
        VelocityBy.Device => "dev",
        _ => throw new InvalidOperationException($"no name for {by}"),
    };

    private static ReasonKind VelocityReason(VelocityBy by) => by switch
    {
        VelocityBy.Ip => ReasonKinds.IpVelocity,
        VelocityBy.Credential => ReasonKinds.CredentialVelocity,
        VelocityBy.Subject => ReasonKinds.SubjectVelocity,
        VelocityBy.Device => ReasonKinds.DeviceVelocity,
        _ => throw new InvalidOperationException($"no reason for {by}"),
    };

    private static ReasonKind VarietyReason(VelocityBy by) => by switch
    {
        VelocityBy.Ip => ReasonKinds.IpVariety,
        VelocityBy.Credential => ReasonKinds.CredentialVariety,
        VelocityBy.Subject => ReasonKinds.SubjectVariety,
        VelocityBy.Device => ReasonKinds.DeviceVariety,
        _ => throw new InvalidOperationException($"no reason for {by}"),
    };
}
