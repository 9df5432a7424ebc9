using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>
/// An exception as it may be logged. The messages of many quote what was being read ("invalid status line: '…'", "the input string '…'"), so a message is written only where
/// its kind is known to speak of files, sockets, stores or this gateway; of the others the type and the stack trace must do.
/// </summary>
internal static class ExceptionText
{
    public static string Of(Exception exception)
    {
        var text = new StringBuilder();
        for (var next = exception; next is not null; next = next.InnerException)
        {
            text.Append(text.Length == 0 ? "" : " ---> ").Append(next.GetType().FullName);
            if (SpeaksOfNoRequest(next))
                text.Append(": ").Append(next.Message);
            else if (next is HttpRequestException { HttpRequestError: var error })
                text.Append(": ").Append(error);
        }
        return text.Append('\n').Append(exception.StackTrace).ToString();
    }

    private static bool SpeaksOfNoRequest(Exception exception) =>
        exception is SocketException or TimeoutException or AuthenticationException or OperationCanceledException or UnauthorizedAccessException
        || exception.GetType() == typeof(IOException)
        || exception is FileNotFoundException or DirectoryNotFoundException
        || exception.GetType().Assembly == typeof(ExceptionText).Assembly
        || exception.GetType().Assembly == typeof(StoreUnavailableException).Assembly
        || exception.GetType().Namespace?.StartsWith("StackExchange.Redis", StringComparison.Ordinal) == true;
}
