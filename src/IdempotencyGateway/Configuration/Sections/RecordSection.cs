using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Configuration.Sections;

internal static class RecordSection
{
    private static readonly ValueForm<long> MaxBody = ValueForms.Size(min: 0, max: 256 << 20);

    private static readonly ValueForm<string> Status = ValueForms.Text(
        "a class of statuses from 2xx to 5xx or one status from 200 to 599", text => StatusSet.TryParse([text], out _) is not null);

    private static readonly ValueForm<string> Body = ValueForms.Text(
        "one of: Full", text => text.Equals("Full", StringComparison.OrdinalIgnoreCase));

    public static RecordPolicy Read(SectionReader section)
    {
        var defaults = new RecordPolicy();
        var statuses = section.List("Statuses", Status, min: 1, max: 64);
        section.Value("Body", "Full", Body);
        return new()
        {
            Settlement = new((statuses is null ? null : StatusSet.TryParse(statuses, out _)) ?? defaults.Settlement.Final),
            MaxBodyBytes = (int)section.Value("MaxBody", defaults.MaxBodyBytes, MaxBody),
            Headers = new(section.List("DropHeaders", ValueForms.HeaderName, min: 0, max: 64) ?? []),
        };
    }
}
