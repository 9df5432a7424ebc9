using System.Text;
using IdempotencyGateway.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>A file that begins anew when it is full, a number of times; Serilog's, in our form.</summary>
internal sealed class FileTarget : LogTarget
{
    private readonly JsonLineFormatter _json = new();
    private readonly Logger _file;

    public FileTarget(LogFile file) => _file = new LoggerConfiguration()
        .MinimumLevel.Verbose()
        .WriteTo.File(
            new JsonText(_json),
            file.Path,
            fileSizeLimitBytes: file.MaxBytes,
            rollOnFileSizeLimit: true,
            retainedFileCountLimit: file.Keep,
            buffered: false)
        .CreateLogger();

    public override void Write(LogEvent logEvent) => _file.Write(logEvent);

    public override void Flush()
    {
        // Every line is in the file already.
    }

    public override void Dispose()
    {
        _file.Dispose();
        _json.Dispose();
    }

    private sealed class JsonText(JsonLineFormatter json) : ITextFormatter
    {
        public void Format(LogEvent logEvent, TextWriter output) => output.Write(Encoding.UTF8.GetString(json.Format(logEvent)));
    }
}
