using System.Text;
using System.Text.Json;
using IdempotencyGateway.Telemetry.Logging;
using Serilog.Events;
using Serilog.Parsing;

namespace IdempotencyGateway.Tests.Telemetry.Logging;

public class JsonLineFormatterTests
{
    [Fact]
    public void A_line_is_one_object_with_what_happened_and_its_values_as_they_are()
    {
        using var formatter = new JsonLineFormatter();

        var line = Encoding.UTF8.GetString(formatter.Format(Event(
            LogEventLevel.Warning,
            new IOException("two\nlines"),
            ("Count", new ScalarValue(3)),
            ("Share", new ScalarValue(0.5)),
            ("Lost", new ScalarValue(null)),
            ("Text", new ScalarValue("a \"b\" <ü>\n")),
            ("Many", new SequenceValue([new ScalarValue(true), new ScalarValue(2L)])),
            ("EventId", new StructureValue([new("Id", new ScalarValue(1601)), new("Name", new ScalarValue("x"))])))));

        Assert.EndsWith("}\n", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(c => c == '\n'));
        Assert.StartsWith("""{"@t":"1970-01-01T00:00:00Z","@l":"Warning","@mt":"{Count} of them","@x":"System.IO.IOException: two\nlines\n",""", line, StringComparison.Ordinal);
        Assert.EndsWith(""" "Count":3,"Share":0.5,"Lost":null,"Text":"a \"b\" <ü>\n","Many":[true,2],"@i":1601}""".TrimStart(), line.TrimEnd(), StringComparison.Ordinal);
        JsonDocument.Parse(line).Dispose();
    }

    [Fact]
    public void The_usual_level_is_left_out_and_lines_do_not_mix()
    {
        using var formatter = new JsonLineFormatter();
        formatter.Format(Event(LogEventLevel.Error, null, ("Long", new ScalarValue(new string('x', 1000)))));

        Assert.Equal(
            """{"@t":"1970-01-01T00:00:00Z","@mt":"{Count} of them","Count":1}""" + "\n",
            Encoding.UTF8.GetString(formatter.Format(Event(LogEventLevel.Information, null, ("Count", new ScalarValue(1))))));
    }

    private static LogEvent Event(LogEventLevel level, Exception? exception, params (string Name, LogEventPropertyValue Value)[] properties) => new(
        DateTimeOffset.UnixEpoch,
        level,
        exception,
        new MessageTemplateParser().Parse("{Count} of them"),
        properties.Select(property => new LogEventProperty(property.Name, property.Value)));
}
