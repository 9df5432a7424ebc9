using System.Collections.Immutable;
using System.Text;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// What a <see cref="ScriptedProvider"/> does with one delivery, built fluently: <c>Step.AfterBody.Answer(201, "{}")</c>,
/// <c>Step.AfterHead.Reset()</c>, <c>Step.AfterHead.Answer(413).Close()</c>, <c>Step.AfterBody.Hang()</c>,
/// <c>Step.AfterBody.Send("not HTTP\r\n\r\n")</c>. A step that ends without closing keeps the connection alive for the next request.
/// Immutable, except that its gates open (<see cref="Release"/>) and then stay open.
/// </summary>
#pragma warning disable CA1716 // A keyword in Visual Basic, in which nobody will write these tests.
public sealed class Step
#pragma warning restore CA1716
{
    private Step(ImmutableArray<Act> acts) => Acts = acts;

    /// <summary>Begins when the whole request has arrived.</summary>
    public static Step AfterBody { get; } = new([new Act.ReadBody()]);

    /// <summary>Begins when the head has arrived, even if the body has not.</summary>
    public static Step AfterHead { get; } = new([]);

    public ImmutableArray<Act> Acts { get; }

    public Step ReadBody() => Then(new Act.ReadBody());

    /// <param name="bytes">Encoded as Latin-1.</param>
    public Step Send(string bytes) => Then(new Act.Send(Encoding.Latin1.GetBytes(bytes)));

    public Step Send(ReadOnlyMemory<byte> bytes) => Then(new Act.Send(bytes));

    /// <summary>Sends a complete answer with <c>Content-Length</c>; the connection stays open.</summary>
    public Step Answer(int status, string body = "", params ReadOnlySpan<Field> headers) =>
        Send(AnswerBytes.WithLength(status, headers, body.Length) + body);

    /// <summary>Sends an answer whose <c>Content-Length</c> announces the whole body, but only the first <paramref name="sent"/> bytes of the body.</summary>
    public Step AnswerPart(int status, string body, int sent, params ReadOnlySpan<Field> headers) =>
        Send(AnswerBytes.WithLength(status, headers, body.Length) + body[..sent]);

    /// <summary>Sends a complete chunked answer: one chunk, the last chunk, trailers.</summary>
    public Step AnswerChunked(int status, string body, params ReadOnlySpan<Field> trailers) =>
        Send(AnswerBytes.Chunked(status) + AnswerBytes.Chunk(body) + AnswerBytes.LastChunk(trailers));

    /// <summary>Sends a chunked answer that stops after one whole chunk, without the last chunk.</summary>
    public Step AnswerChunkedPart(int status, string chunk) => Send(AnswerBytes.Chunked(status) + AnswerBytes.Chunk(chunk));

    /// <summary>Sends an answer with neither length nor chunking, and ends its body by closing the connection.</summary>
    public Step AnswerUntilClose(int status, string body) => Send(AnswerBytes.UntilClose(status) + body).Close();

    /// <summary>Sends a 1xx head: 100, 103, or 101 for a protocol upgrade.</summary>
    public Step Interim(int status, params ReadOnlySpan<Field> headers) => Send(AnswerBytes.Head(status, headers));

    /// <summary>Sends a head far larger than the 64 KB of headers that .NET's client accepts.</summary>
    public Step AnswerWithHugeHead(int status) => Answer(status, "", new Field("X-Filler", new string('x', 128 * 1024)));

    /// <summary>Accepts an upgrade and echoes until the client closes its side.</summary>
    public Step Upgrade(string protocol) =>
        Interim(101, new Field("Connection", "Upgrade"), new Field("Upgrade", protocol)).Then(new Act.Echo());

    /// <summary>Waits until <see cref="Release"/>, the client's disconnect, or the provider's disposal.</summary>
    public Step Hang() => Hang(new Gate());

    /// <param name="gate">The gate to wait for; several steps may share it.</param>
    public Step Hang(Gate gate) => Then(new Act.Wait(gate));

    /// <summary>Keeps the connection idle until the next request's bytes arrive, and leaves them unread, so that the act that follows (a close or
    /// a reset) hits a request in flight. That request is no delivery; it counts as <see cref="ScriptedProvider.UnreadRequests"/>.</summary>
    public Step AwaitNextRequest() => Then(new Act.AwaitNextRequest());

    public Step Close() => Then(new Act.Close());

    public Step Reset() => Then(new Act.Reset());

    /// <summary>Opens every gate in the step, for waiting and future deliveries.</summary>
    public void Release()
    {
        foreach (var wait in Acts.OfType<Act.Wait>())
            wait.Gate.Open();
    }

    private Step Then(Act act) => new(Acts.Add(act));
}
