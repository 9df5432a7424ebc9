using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class ProblemsSection
{
    private static readonly ValueForm<string> TypeBase = ValueForms.Text(
        "an absolute URI without a fragment, such as https://example.com/problems",
        text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && !uri.IsFile && !text.Contains('#'));

    public static ProblemsSnapshot Read(SectionReader section)
    {
        var defaults = new ProblemsSnapshot();
        return new() { TypeBase = section.Value("TypeBase", defaults.TypeBase, TypeBase) };
    }
}
