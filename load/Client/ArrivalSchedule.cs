namespace IdempotencyGateway.Load.Client;

/// <summary>When requests arrive, whatever becomes of those before: evenly at one rate, after a ramp in which the rate rises from nothing.</summary>
internal sealed class ArrivalSchedule(double perSecond, TimeSpan ramp, TimeSpan duration)
{
    private readonly double _ramp = Math.Min(ramp.TotalSeconds, duration.TotalSeconds);

    /// <summary>As many as are due within the duration.</summary>
    public long Count => (long)Math.Ceiling(ArrivedBy(duration.TotalSeconds));

    /// <param name="arrival">From 0.</param>
    public TimeSpan DueAt(long arrival)
    {
        var withinRamp = ArrivedBy(_ramp);
        return TimeSpan.FromSeconds(arrival < withinRamp
            ? Math.Sqrt(2 * arrival * ramp.TotalSeconds / perSecond)
            : _ramp + ((arrival - withinRamp) / perSecond));
    }

    /// <summary>The rate's integral: during the ramp, half of what the full rate would have brought by then times how far it has come.</summary>
    private double ArrivedBy(double seconds) => seconds <= 0 ? 0
        : seconds <= _ramp ? perSecond * seconds * seconds / (2 * ramp.TotalSeconds)
        : ArrivedBy(_ramp) + (perSecond * (seconds - _ramp));
}
