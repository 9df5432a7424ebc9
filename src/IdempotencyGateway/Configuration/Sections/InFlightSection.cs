using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class InFlightSection
{
    private static readonly ValueForm<TimeSpan> Timeout = ValueForms.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));

    public static InFlightPolicy Read(SectionReader section)
    {
        var defaults = new InFlightPolicy();
        return new()
        {
            Mode = section.Value("Mode", defaults.Mode, ValueForms.Choice<InFlightMode>()),
            Timeout = section.Value("Timeout", defaults.Timeout, Timeout),
            Status = section.Value("Status", defaults.Status, ValueForms.Integer(400, 599)),
        };
    }
}
