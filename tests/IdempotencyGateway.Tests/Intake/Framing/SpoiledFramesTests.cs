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
/// HTTP/2 connections on which a client says what no client may: bad frames and header blocks, pseudo-headers and connection headers where they do not belong, lengths that are not the
/// body's, floods of CONTINUATION, resets, windows that never open. The gateway answers or refuses every request, or ends the connection, before its client does; it never answers 500, takes
/// nothing that is malformed, sends no key twice, serves others meanwhile, and holds nothing afterwards. (Clients that owe something: <see cref="Limits.IdleConnectionsTests"/>.)
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
        // All of it is one caller.
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
        // Where the spoiled byte is in the credentials, it makes another caller, whose keys are its own; nothing else does.
        var others = provider.Keys.Where(key => key.Caller != FrameScript.Caller).ToList();
        Assert.DoesNotContain(others, key => !spoiled.ContainsKey(key.Key.Split('-')[0]));
        output.WriteLine($"{others.Count} keys of callers that a spoiled byte made: {string.Join(' ', others.Take(8))}");
        var taken = provider.Executed.Where(echo => never.ContainsKey(echo.Key)).Select(echo => $"{echo.Key}: {never[echo.Key]}").ToList();
        Assert.True(taken.Count == 0, string.Join('\n', taken));
        Assert.True(seen.Any(kind => kind.Key.StartsWith("valid, PING", StringComparison.Ordinal)) && seen.Any(kind => kind.Key.StartsWith("spoiled, GOAWAY", StringComparison.Ordinal)), "the harness sees one side only");
    }

    /// <returns>The statuses that came, and what the server said last.</returns>
    /// <exception cref="OperationCanceledException">It neither answers nor ends.</exception>
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
                // All is read and answered: the server has no more to say, and the client hangs up. Otherwise the server ends it.
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

    /// <summary>And hangs up where a spoiled length may have left half a frame behind, for which the server waits as it may.</summary>
    private static async Task SendAsync(RawConnection connection, FrameScript script, CancellationToken limit)
    {
        await connection.Write(script.Bytes, limit);
        if (script.IsTorn)
            connection.HalfClose();
    }

    /// <summary>The first field of an answer; null for trailers.</summary>
    private static int? StatusOf(ReadOnlySpan<byte> block) => HeaderBlock.Decode(block)[":status"] is { } status ? int.Parse(status, System.Globalization.CultureInfo.InvariantCulture) : null;
}
