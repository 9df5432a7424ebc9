using System.Globalization;
using System.Text;
using System.Text.Json;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Files;

/// <summary>
/// Reads JSON with comments and trailing commas into a <see cref="SettingsFile"/>. Unlike .NET's own configuration reader it keeps line numbers, for error
/// messages.
/// </summary>
internal ref struct SettingsReader
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly SettingsFile _file;
    private readonly ProblemList _problems;
    private Utf8JsonReader _json;
    private int _line;
    private int _countedTo;

    private SettingsReader(ReadOnlySpan<byte> text, SettingsFile file, ProblemList problems)
    {
        _text = text;
        _file = file;
        _problems = problems;
        _json = new(text, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        _line = 1;
    }

    /// <returns>Null, with a problem, for what is not one JSON object.</returns>
    public static SettingsFile? TryRead(string path, ReadOnlySpan<byte> content, ProblemList problems)
    {
        var text = content.StartsWith("\uFEFF"u8) ? content[3..] : content;
        var file = new SettingsFile(path);
        try
        {
            var reader = new SettingsReader(text, file, problems);
            return reader.TryReadObject() ? file : null;
        }
        catch (JsonException wrong)
        {
            // The exception counts lines and columns from 0, editors count from 1.
            problems.Add(
                string.Create(CultureInfo.InvariantCulture, $"{path}:{wrong.LineNumber + 1}:{wrong.BytePositionInLine + 1}"),
                $"is not JSON: {wrong.Message.Split(" LineNumber:")[0]}");
        }
        catch (InvalidOperationException)
        {
            problems.Add(path, "is not UTF-8 text.");
        }
        return null;
    }

    private bool TryReadObject()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
        {
            _problems.Add(_file.Path, "is not a configuration: write { ... } with sections in it.");
            return false;
        }
        ReadValue("");
        while (_json.Read())
        {
            // Reads to the end, so that text after the object is an error.
        }
        return true;
    }

    private void ReadValue(string path)
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadMembers(path);
                break;
            case JsonTokenType.StartArray:
                ReadItems(path);
                break;
            case JsonTokenType.Number:
                _file.SetValue(path, Encoding.UTF8.GetString(_json.ValueSpan));
                break;
            case JsonTokenType.True or JsonTokenType.False:
                _file.SetValue(path, _json.TokenType == JsonTokenType.True ? bool.TrueString : bool.FalseString);
                break;
            default:
                _file.SetValue(path, _json.GetString());
                break;
        }
    }

    private void ReadMembers(string path)
    {
        var isEmpty = true;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndObject)
        {
            isEmpty = false;
            var member = Below(path, _json.GetString()!);
            if (!_file.TryName(member, Line()))
                _problems.Add(member, string.Create(CultureInfo.InvariantCulture, $"occurs twice in {_file.Path}, the second time in line {Line()}: remove one."));
            _json.Read();
            ReadValue(member);
        }
        if (isEmpty && path.Length > 0)
            _file.SetValue(path, null);
    }

    private void ReadItems(string path)
    {
        _file.SetList(path);
        var count = 0;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            var item = Below(path, (count++).ToString(CultureInfo.InvariantCulture));
            _file.TryName(item, Line());
            ReadValue(item);
        }
        if (count == 0)
            _file.SetValue(path, "");
    }

    private static string Below(string path, string name) => path.Length == 0 ? name : ConfigurationPath.Combine(path, name);

    /// <summary>The line of the current token.</summary>
    private int Line()
    {
        var at = (int)_json.TokenStartIndex;
        _line += _text[_countedTo..at].Count((byte)'\n');
        _countedTo = at;
        return _line;
    }
}
