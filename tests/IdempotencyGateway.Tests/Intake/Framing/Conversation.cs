using System.Net.Sockets;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>One connection: everything is sent, everything that is answered is read, up to the end of the connection.</summary>
internal static class Conversation
{
    /// <summary>
    /// Hangs up only once the answers to <paramref name="whole"/> requests are there: a server that has all it needs, or that can never be satisfied, has to come to
    /// an end by itself. Null: hangs up at once, for a server that answers all the same.
    /// </summary>
    public static async Task<IReadOnlyList<RawAnswer>> HoldAsync(Uri server, string bytes, int? whole)
    {
        var answers = new List<RawAnswer>();
        using var client = await RawClient.Connect(server);
        var hungUp = false;
        try
        {
            await client.Send(bytes);
            while (true)
            {
                if (!hungUp && answers.Count >= (whole ?? 0))
                {
                    hungUp = true;
                    client.HalfClose();
                }
                if (await client.ReadAnswer() is not { } answer)
                    return answers;
                answers.Add(answer);
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Refused before everything was sent.
            return answers;
        }
    }
}
