using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Core.Tests.Fingerprints.Data;

/// <summary>Writes JSON with random white space, escapes and order of members (equal names keep their order).</summary>
internal sealed class JsonEncoder(Random random)
{
    private static readonly string[] Spaces = ["", "", " ", "\n", "\t", "\r\n  "];

    public byte[] Encode(JsonData data)
    {
        var text = new StringBuilder();
        Write(data, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private void Write(JsonData data, StringBuilder text)
    {
        Space(text);
        switch (data)
        {
            case JsonData.Literal literal:
                text.Append(literal.Word);
                break;
            case JsonData.Number number:
                text.Append(number.Digits);
                break;
            case JsonData.Text value:
                WriteText(value.Value, text);
                break;
            case JsonData.List list:
                WriteMany('[', list.Items, item => Write(item, text), ']', text);
                break;
            case JsonData.Object members:
                WriteMany('{', Shuffled(members.Members), member => WriteMember(member, text), '}', text);
                break;
        }
        Space(text);
    }

    private void WriteMember(KeyValuePair<string, JsonData> member, StringBuilder text)
    {
        Space(text);
        WriteText(member.Key, text);
        Space(text);
        text.Append(':');
        Write(member.Value, text);
    }

    private void WriteMany<T>(char open, IReadOnlyList<T> items, Action<T> write, char close, StringBuilder text)
    {
        text.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                text.Append(',');
            write(items[i]);
        }
        if (items.Count == 0)
            Space(text);
        text.Append(close);
    }

    private void WriteText(string value, StringBuilder text)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var unit = value[i];
            var isPair = i + 1 < value.Length && char.IsSurrogatePair(unit, value[i + 1]);
            var mustEscape = unit is '"' or '\\' or < ' ' || (char.IsSurrogate(unit) && !isPair);
            if (!mustEscape && random.Next(4) > 0)
                text.Append(isPair ? value.AsSpan(i, 2) : value.AsSpan(i, 1));
            else
                text.Append(Escape(unit)).Append(isPair ? Escape(value[i + 1]) : "");
            i += isPair ? 1 : 0;
        }
        text.Append('"');
    }

    private string Escape(char unit) => unit switch
    {
        '"' when random.Next(2) == 0 => "\\\"",
        '\\' when random.Next(2) == 0 => "\\\\",
        '/' when random.Next(2) == 0 => "\\/",
        '\n' when random.Next(2) == 0 => "\\n",
        _ => "\\u" + ((int)unit).ToString(random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture),
    };

    private List<KeyValuePair<string, JsonData>> Shuffled(IReadOnlyList<KeyValuePair<string, JsonData>> members) =>
    [
        .. members.GroupBy(member => member.Key, StringComparer.Ordinal)
            .Select(group => (Group: group, Places: group.Select(_ => random.Next()).Order().ToList()))
            .SelectMany(drawn => drawn.Group.Zip(drawn.Places))
            .OrderBy(placed => placed.Second)
            .Select(placed => placed.First),
    ];

    private void Space(StringBuilder text) => text.Append(Spaces[random.Next(Spaces.Length)]);
}
