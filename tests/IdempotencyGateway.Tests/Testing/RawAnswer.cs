using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>An HTTP/1.x response as read from the wire.</summary>
/// <param name="Interim">The 1xx heads before the final one, in order.</param>
/// <param name="Body">The body received, its framing, and whether it is complete.</param>
public sealed record RawAnswer(IReadOnlyList<MessageHead> Interim, MessageHead Head, MessageBody Body)
{
    public int Status { get; } = StatusOf(Head);

    public Fields Headers => Head.Fields;

    public Fields Trailers => Body.Trailers;

    /// <summary>Whether the whole response arrived; false if the connection broke inside the body.</summary>
    public bool Complete => Body.Complete;

    /// <summary>The body as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Content);

    internal static int StatusOf(MessageHead head) => int.Parse(head.StartLine.Split(' ')[1], CultureInfo.InvariantCulture);
}
