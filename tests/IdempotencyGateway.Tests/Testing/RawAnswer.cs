using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>An answer as it stood on the wire.</summary>
/// <param name="Interim">The 1xx heads before it, in order.</param>
/// <param name="Body">Its body: what came, how it was framed, and whether it came to its end.</param>
public sealed record RawAnswer(IReadOnlyList<MessageHead> Interim, MessageHead Head, MessageBody Body)
{
    /// <summary>From the status line.</summary>
    public int Status { get; } = StatusOf(Head);

    public Fields Headers => Head.Fields;

    public Fields Trailers => Body.Trailers;

    /// <summary>The whole answer arrived; false when the connection broke inside the body.</summary>
    public bool Complete => Body.Complete;

    /// <summary>The body as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Content);

    internal static int StatusOf(MessageHead head) => int.Parse(head.StartLine.Split(' ')[1], CultureInfo.InvariantCulture);
}
