using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Databases;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Places;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>Signals from the client's location: whether it fits the request's languages, its declared country, and the subject's previous location.</summary>
internal static class GeoSignals
{
    /// <param name="languages">Accept-Language.</param>
    /// <param name="location">The location of the client's address; empty where unknown.</param>
    public static void Find(string languages, HttpRequest request, FraudProfile profile, LocationAnswer location, ReadOnlySpan<byte> body, Findings findings)
    {
        if (!location.Country.IsKnown)
            return;
        if (Languages.Contradict(languages, location.Country))
        {
            findings.Fact(SignalNames.LanguageMismatch, FieldValue.True);
            findings.Raise(ReasonKinds.LanguageMismatch);
        }
        if (profile.Country is not null && SourceReader.Find(profile.Country, request, new(), body) is { } text && CountryCode.TryParse(text, out var declared) && declared != location.Country)
        {
            findings.Fact(SignalNames.DeclaredMismatch, FieldValue.True);
            findings.Raise(ReasonKinds.DeclaredMismatch);
        }
    }

    public static void Travel(Place from, Place to, TimeSpan duration, Findings findings)
    {
        var speed = Core.Fraud.Places.Travel.SpeedKmh(from, to, duration);
        if (speed <= 0 || !FieldValue.TryDecimal(speed, out var value))
            return;
        findings.Fact(SignalNames.Speed, value);
        if (speed >= Core.Fraud.Places.Travel.ImpossibleFromKmh)
            findings.Raise(ReasonKinds.ImpossibleTravel);
    }
}
