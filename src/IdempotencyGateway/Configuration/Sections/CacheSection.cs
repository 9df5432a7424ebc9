using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class CacheSection
{
    private static readonly ValueForm<long> MaxSize = ValueForms.Size(min: 0, max: 64L << 30);
    private static readonly ValueForm<TimeSpan> MaxAge = ValueForms.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    public static CacheSnapshot Read(SectionReader section)
    {
        var defaults = new CacheSnapshot();
        return new()
        {
            MaxBytes = section.Value("MaxSize", defaults.MaxBytes, MaxSize),
            MaxAge = section.Value("MaxAge", defaults.MaxAge, MaxAge),
        };
    }
}
