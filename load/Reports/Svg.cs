using System.Globalization;
using System.Net;
using System.Text;

namespace IdempotencyGateway.Load.Reports;

/// <summary>Builds an SVG drawing as text. Numbers are culture-invariant, texts are escaped.</summary>
internal sealed class Svg(int width, int height)
{
    private readonly StringBuilder _elements = new();

    public Svg Line(double x1, double y1, double x2, double y2, string style) =>
        Append($"""<line x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}" class="{style}"/>""");

    public Svg Polyline(IEnumerable<(double X, double Y)> points, string style)
    {
        var path = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")));
        return Append($"""<polyline points="{path}" class="{style}"/>""");
    }

    /// <param name="title">The tooltip.</param>
    public Svg Bar(double x, double y, double wide, double high, string style, string title) =>
        Append($"""<rect x="{x:0.#}" y="{y:0.#}" width="{Math.Max(0, wide):0.#}" height="{high:0.#}" class="{style}"><title>{WebUtility.HtmlEncode(title)}</title></rect>""");

    /// <param name="anchor">Which part of the text is at the coordinates: start, middle or end.</param>
    public Svg Text(double x, double y, string text, string anchor = "start") =>
        Append($"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}">{WebUtility.HtmlEncode(text)}</text>""");

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"""<svg viewBox="0 0 {width} {height}" role="img">{_elements}</svg>""");

    private Svg Append(FormattableString element)
    {
        _elements.Append(element.ToString(CultureInfo.InvariantCulture));
        return this;
    }
}
