using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class LimitsSection
{
    private static readonly ValueForm<long> BufferedBodies = ValueForms.Size(min: 1 << 20, max: 64L << 30);

    public static LimitsSnapshot Read(SectionReader section)
    {
        var defaults = new LimitsSnapshot();
        return new() { BufferedBodiesBytes = section.Value("BufferedBodies", defaults.BufferedBodiesBytes, BufferedBodies) };
    }
}
