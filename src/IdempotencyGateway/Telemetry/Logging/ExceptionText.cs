using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>
/// Formats an exception without leaking request data. Many exceptions' messages quote what was being read ("invalid status line: '…'", "the input string '…'"). So a message is
/// written only for types that are known to speak of files, sockets, stores or this gateway; for the others, only type and stack trace.
/// </summary>
internal static class ExceptionText
{
    public static string Of(Exception exception)
    {
        var text = new StringBuilder();
        for (var next = exception; next is not null; next = next.InnerException)
        {
            text.Append(text.Length == 0 ? "" : " ---> ").Append(next.GetType().FullName);
            if (IsMessageSafe(next))
                text.Append(": ").Append(next.Message);
            else if (next is HttpRequestException { HttpRequestError: var error })
                text.Append(": ").Append(error);
        }
        return text.Append('\n').Append(exception.StackTrace).ToString();
    }

    private static bool IsMessageSafe(Exception exception) =>
        exception is SocketException or TimeoutException or AuthenticationException or OperationCanceledException or UnauthorizedAccessException
        || exception.GetType() == typeof(IOException)
        || exception is FileNotFoundException or DirectoryNotFoundException
        || exception.GetType().Assembly == typeof(ExceptionText).Assembly
        || exception.GetType().Assembly == typeof(StoreUnavailableException).Assembly
        || exception.GetType().Namespace?.StartsWith("StackExchange.Redis", StringComparison.Ordinal) == true;
}
