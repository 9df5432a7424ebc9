using System.Collections.Immutable;
using System.Text;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// What a <see cref="ScriptedProvider"/> does with one delivery, as a sentence: <c>Step.AfterBody.Answer(201, "{}")</c>,
/// <c>Step.AfterHead.Reset()</c>, <c>Step.AfterHead.Answer(413).Close()</c>, <c>Step.AfterBody.Hang()</c>,
/// <c>Step.AfterBody.Send("not HTTP\r\n\r\n")</c>. A step that ends without closing keeps the connection alive for the next request.
/// Immutable, except that its gates open once (<see cref="Release"/>) and stay open.
/// </summary>
#pragma warning disable CA1716 // A keyword in Visual Basic, in which nobody will write these tests.
public sealed class Step
#pragma warning restore CA1716
{
    private Step(ImmutableArray<Act> acts) => Acts = acts;

    /// <summary>Begins when the request has arrived whole.</summary>
    public static Step AfterBody { get; } = new([new Act.ReadBody()]);

    /// <summary>Begins when the head has arrived, whatever is still to come.</summary>
    public static Step AfterHead { get; } = new([]);

    public ImmutableArray<Act> Acts { get; }

    public Step ReadBody() => Then(new Act.ReadBody());

    /// <param name="bytes">Latin-1, as everything on this wire.</param>
    public Step Send(string bytes) => Then(new Act.Send(Encoding.Latin1.GetBytes(bytes)));

    public Step Send(ReadOnlyMemory<byte> bytes) => Then(new Act.Send(bytes));

    /// <summary>A complete answer with <c>Content-Length</c>, on a connection that stays open.</summary>
    public Step Answer(int status, string body = "", params ReadOnlySpan<Field> headers) =>
        Send(AnswerBytes.WithLength(status, headers, body.Length) + body);

    /// <summary>The same head, and only the first <paramref name="sent"/> bytes of the body that it announces.</summary>
    public Step AnswerPart(int status, string body, int sent, params ReadOnlySpan<Field> headers) =>
        Send(AnswerBytes.WithLength(status, headers, body.Length) + body[..sent]);

    /// <summary>A complete chunked answer: one chunk, the last chunk, trailers.</summary>
    public Step AnswerChunked(int status, string body, params ReadOnlySpan<Field> trailers) =>
        Send(AnswerBytes.Chunked(status) + AnswerBytes.Chunk(body) + AnswerBytes.LastChunk(trailers));

    /// <summary>A chunked answer that stops after one whole chunk: the last chunk never comes.</summary>
    public Step AnswerChunkedPart(int status, string chunk) => Send(AnswerBytes.Chunked(status) + AnswerBytes.Chunk(chunk));

    /// <summary>Neither length nor chunking: the body ends where the connection does, so the step closes it.</summary>
    public Step AnswerUntilClose(int status, string body) => Send(AnswerBytes.UntilClose(status) + body).Close();

    /// <summary>An interim head: 100, 103, or 101 where the protocol changes.</summary>
    public Step Interim(int status, params ReadOnlySpan<Field> headers) => Send(AnswerBytes.Head(status, headers));

    /// <summary>A head far over the 64 KB of headers that .NET's client reads.</summary>
    public Step AnswerWithHugeHead(int status) => Answer(status, "", new Field("X-Filler", new string('x', 128 * 1024)));

    /// <summary>Accepts an upgrade and echoes until the client ends.</summary>
    public Step Upgrade(string protocol) =>
        Interim(101, new Field("Connection", "Upgrade"), new Field("Upgrade", protocol)).Then(new Act.Echo());

    /// <summary>Nothing more until <see cref="Release"/>, the provider's disposal, or the client's departure.</summary>
    public Step Hang() => Hang(new Gate());

    /// <param name="gate">Shared by steps that must go on together.</param>
    public Step Hang(Gate gate) => Then(new Act.Wait(gate));

    /// <summary>Keeps the connection idle until the next request's bytes arrive, and leaves them unread: what follows (a close, a reset)
    /// meets a request on its way. That request is no delivery; it counts as <see cref="ScriptedProvider.UnreadRequests"/>.</summary>
    public Step AwaitNextRequest() => Then(new Act.AwaitNextRequest());

    public Step Close() => Then(new Act.Close());

    public Step Reset() => Then(new Act.Reset());

    /// <summary>Opens every gate in the step, for the deliveries that wait there and for those to come.</summary>
    public void Release()
    {
        foreach (var wait in Acts.OfType<Act.Wait>())
            wait.Gate.Open();
    }

    private Step Then(Act act) => new(Acts.Add(act));
}
