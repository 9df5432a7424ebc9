using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>
/// Fuzzing of HTTP/2: invalid frames and header blocks, misplaced pseudo-headers and connection headers, wrong lengths, CONTINUATION floods, rapid resets, closed windows. The gateway
/// must answer or refuse every request, or end the connection. It must never answer 500, accept a malformed request or send a key twice; it keeps serving others, and holds no
/// resources afterwards. (Stalled clients: <see cref="Limits.IdleConnectionsTests"/>.)
/// </summary>
public sealed class SpoiledFramesTests(ITestOutputHelper output)
{
    private const int FreshEvery = 16;
    private const int Conversations = 24;

    private static int Connections => LongForm.Or(1_500, 200_000);

    [Fact]
    public async Task Spoiled_connections_end_and_harm_nobody()
    {
        var seed = LongForm.Seed(int.MaxValue - Connections);
        await using var provider = await EchoingProvider.StartAsync();
        // All requests have the same caller, so its limit of new keys is lifted.
        await using var gateway = await GatewayUnderTest.StartAsync(
            provider.Address, setup => setup.Adjust = snapshot => snapshot with { Limits = new() { NewKeysPerCaller = int.MaxValue } });
        var seen = new ConcurrentDictionary<string, int>();
        var never = new ConcurrentDictionary<string, string>();
        var spoiled = new ConcurrentDictionary<string, bool>();

        await Parallel.ForEachAsync(Enumerable.Range(seed, Connections), new ParallelOptions { MaxDegreeOfParallelism = Conversations }, async (each, _) =>
        {
            var script = FrameScript.From(each);
            foreach (var (key, why) in script.Never)
                never[key] = why;
            if (script.IsSpoiled)
                spoiled[$"{each}"] = true;
            var (statuses, end) = await HoldAsync(gateway.Http2Address, script);
            Assert.True(statuses.All(status => status is < 500 or 501), $"seed {each}: answered {string.Join(", ", statuses)}\n{script}");
            Assert.True(script.Answers is null || statuses.Count(status => status == 200) == script.Answers, $"seed {each}: {script.Answers} valid requests got {string.Join(", ", statuses)} and {end}");
            seen.AddOrUpdate($"{(script.Answers is null ? "spoiled" : "valid")}, {end}", 1, (_, times) => times + 1);
            if (each % FreshEvery == 0)
                Assert.Equal(200, (await gateway.PostAsync($"{each}-fresh", body: "{}", caller: FrameScript.Caller)).Status);
        });

        await gateway.WhenIdleAsync();
        await Eventually.TrueAsync("nothing is under way any more", () => gateway.Get<GatewayLimits>() is { Requests.Taken: 0, Executions.Taken: 0 } && gateway.BodyBytes == 0);
        output.WriteLine($"seeds from {seed}: " + string.Join("; ", seen.Select(kind => $"{kind.Value} {kind.Key}")));
        Assert.Empty(provider.ExecutedAgain);
        // Only a spoiled byte in the credentials makes another caller, whose keys are separate.
        var others = provider.Keys.Where(key => key.Caller != FrameScript.Caller).ToList();
        Assert.DoesNotContain(others, key => !spoiled.ContainsKey(key.Key.Split('-')[0]));
        output.WriteLine($"{others.Count} keys of callers that a spoiled byte made: {string.Join(' ', others.Take(8))}");
        var taken = provider.Executed.Where(echo => never.ContainsKey(echo.Key)).Select(echo => $"{echo.Key}: {never[echo.Key]}").ToList();
        Assert.True(taken.Count == 0, string.Join('\n', taken));
        Assert.True(seen.Any(kind => kind.Key.StartsWith("valid, PING", StringComparison.Ordinal)) && seen.Any(kind => kind.Key.StartsWith("spoiled, GOAWAY", StringComparison.Ordinal)), "the fuzzing must produce both valid and refused connections");
    }

    /// <returns>The statuses received, and how the connection ended.</returns>
    /// <exception cref="OperationCanceledException">The server neither answered nor ended the connection.</exception>
    private static async Task<(List<int> Statuses, string End)> HoldAsync(Uri server, FrameScript script)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), limit.Token);
        using var connection = new RawConnection(socket, new NetworkStream(socket, ownsSocket: true));
        var statuses = new List<int>();
        var owed = script.Owed.ToHashSet();
        var (end, isRead) = ("nothing", false);
        try
        {
            var sending = SendAsync(connection, script, limit.Token);
            while (await Http2Frame.Read(connection, limit.Token) is { } frame)
            {
                if (frame.Type == Http2FrameType.Headers && StatusOf(frame.Content.Span) is { } status)
                {
                    statuses.Add(status);
                    owed.Remove(frame.StreamId);
                }
                if (frame.Type == Http2FrameType.ResetStream)
                    owed.Remove(frame.StreamId);
                isRead |= frame.Type == Http2FrameType.Ping && frame.Has(Http2Frame.Ack) && Encoding.ASCII.GetString(frame.Payload.Span) == "finished";
                if (frame.Type is Http2FrameType.GoAway)
                    end = $"GOAWAY {frame.Payload.Span[7]}";
                // The server has read and answered everything, so the client closes. In all other cases the server must end the connection.
                if (isRead && owed.Count == 0 && !script.IsTorn)
                {
                    end = end == "nothing" ? "PING answered" : end;
                    break;
                }
            }
            await sending;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            end = end == "nothing" ? "reset" : end;
        }
        return (statuses, end);
    }

    /// <summary>Sends the script, and half-closes if a spoiled length may have left an incomplete frame, for whose rest the server may rightly wait.</summary>
    private static async Task SendAsync(RawConnection connection, FrameScript script, CancellationToken limit)
    {
        await connection.Write(script.Bytes, limit);
        if (script.IsTorn)
            connection.HalfClose();
    }

    /// <summary>The status in a header block; null for trailers.</summary>
    private static int? StatusOf(ReadOnlySpan<byte> block) => HeaderBlock.Decode(block)[":status"] is { } status ? int.Parse(status, System.Globalization.CultureInfo.InvariantCulture) : null;
}
