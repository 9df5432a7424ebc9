using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class ShutdownSection
{
    private static readonly ValueForm<TimeSpan> Grace = ValueForms.Duration(TimeSpan.Zero, TimeSpan.FromHours(1));

    public static ShutdownSnapshot Read(SectionReader section)
    {
        var defaults = new ShutdownSnapshot();
        return new() { Grace = section.Value("Grace", defaults.Grace, Grace) };
    }
}
