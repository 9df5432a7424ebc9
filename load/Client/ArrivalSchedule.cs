namespace IdempotencyGateway.Load.Client;

/// <summary>The arrival times of requests in the open model: at a constant rate, after a ramp in which the rate rises linearly from zero.</summary>
internal sealed class ArrivalSchedule(double perSecond, TimeSpan ramp, TimeSpan duration)
{
    private readonly double _ramp = Math.Min(ramp.TotalSeconds, duration.TotalSeconds);

    /// <summary>How many requests are due within the duration.</summary>
    public long Count => (long)Math.Ceiling(ArrivedBy(duration.TotalSeconds));

    /// <param name="arrival">The number of the request, from 0.</param>
    public TimeSpan DueAt(long arrival)
    {
        var withinRamp = ArrivedBy(_ramp);
        return TimeSpan.FromSeconds(arrival < withinRamp
            ? Math.Sqrt(2 * arrival * ramp.TotalSeconds / perSecond)
            : _ramp + ((arrival - withinRamp) / perSecond));
    }

    /// <summary>The integral of the rate. During the ramp the rate at time t is perSecond · t / ramp, so its integral is perSecond · t² / (2 · ramp).</summary>
    private double ArrivedBy(double seconds) => seconds <= 0 ? 0
        : seconds <= _ramp ? perSecond * seconds * seconds / (2 * ramp.TotalSeconds)
        : ArrivedBy(_ramp) + (perSecond * (seconds - _ramp));
}
