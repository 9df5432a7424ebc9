using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class KeySection
{
    public static KeyPolicy Read(SectionReader section)
    {
        var defaults = new KeyPolicy();
        var header = section.Value("Header", defaults.Header, ValueForms.HeaderName);
        return new()
        {
            Header = header,
            From = section.List("From", ValueForms.KeySource, min: 0, max: 8) ?? defaults.From,
            Required = section.Value("Required", defaults.Required, ValueForms.Boolean),
            Per = section.Value("Per", defaults.Per, ValueForms.Choice<KeyPer>()),

            // Unless told otherwise the provider sees the header that the client sent.
            ForwardAs = section.ValueOrNone("ForwardAs", header, ValueForms.HeaderName),
        };
    }
}
