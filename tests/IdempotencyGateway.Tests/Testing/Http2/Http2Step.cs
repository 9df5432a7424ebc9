using System.Collections.Immutable;
using System.Text;

namespace IdempotencyGateway.Tests.Testing.Http2;

/// <summary>
/// What a <see cref="ScriptedHttp2Provider"/> does with one delivery: <c>Http2Step.AfterBody.Answer(201, "{}")</c>,
/// <c>Http2Step.AfterHeaders.ResetStream(Http2Error.RefusedStream)</c>, <c>Http2Step.AfterBody.GoAway(includingThisStream: true).Close()</c>.
/// Immutable, except that its gates open once (<see cref="Release"/>) and stay open. An answer has to fit into the 64 KB window that a
/// client opens with: no flow control here.
/// </summary>
public sealed class Http2Step
{
    private const int LargestBodyInBytes = 65_535;

    private Http2Step(ImmutableArray<Http2Act> acts) => Acts = acts;

    /// <summary>Begins at END_STREAM.</summary>
    public static Http2Step AfterBody { get; } = new([new Http2Act.ReadBody()]);

    /// <summary>Begins when HEADERS have arrived, whatever is still to come.</summary>
    public static Http2Step AfterHeaders { get; } = new([]);

    public ImmutableArray<Http2Act> Acts { get; }

    public Http2Step ReadBody() => Then(new Http2Act.ReadBody());

    /// <summary>A complete answer.</summary>
    public Http2Step Answer(int status, string body = "", params ReadOnlySpan<Field> headers) =>
        body.Length == 0 ? Headers(status, endStream: true, headers) : Headers(status, endStream: false, headers).Data(body, endStream: true);

    /// <summary>A complete answer that ends in trailers.</summary>
    public Http2Step AnswerWithTrailers(int status, string body, params ReadOnlySpan<Field> trailers) =>
        Headers(status, endStream: false).Data(body).Trailers(trailers);

    /// <summary>The end of an answer.</summary>
    public Http2Step Trailers(params ReadOnlySpan<Field> trailers) => Then(new Http2Act.SendHeaders(trailers.ToArray(), EndStream: true));

    /// <summary>An answer whose <c>content-length</c> announces the whole body, and only its first <paramref name="sent"/> bytes.</summary>
    public Http2Step AnswerPart(int status, string body, int sent) =>
        Headers(status, endStream: false, new Field("content-length", $"{body.Length}")).Data(body[..sent]);

    /// <summary>The head of an answer, or an interim one.</summary>
    public Http2Step Headers(int status, bool endStream, params ReadOnlySpan<Field> headers) =>
        Then(new Http2Act.SendHeaders([new Field(":status", $"{status}"), .. headers], endStream));

    public Http2Step Data(string content, bool endStream = false)
    {
        var bytes = Encoding.Latin1.GetBytes(content);
        return bytes.Length <= LargestBodyInBytes
            ? Then(new Http2Act.SendData(bytes, endStream))
            : throw new ArgumentException($"more than the {LargestBodyInBytes} bytes that a client lets in unasked", nameof(content));
    }

    /// <summary>Nothing more until <see cref="Release"/>, the provider's disposal, or the client's departure.</summary>
    public Http2Step Hang() => Hang(new Gate());

    /// <param name="gate">Shared by steps that must go on together.</param>
    public Http2Step Hang(Gate gate) => Then(new Http2Act.Wait(gate));

    public Http2Step ResetStream(Http2Error error) => Then(new Http2Act.ResetStream(error));

    /// <inheritdoc cref="Http2Act.GoAway"/>
    public Http2Step GoAway(bool includingThisStream, Http2Error error = Http2Error.NoError) =>
        Then(new Http2Act.GoAway(includingThisStream, error));

    public Http2Step Close() => Then(new Http2Act.Close());

    public Http2Step Reset() => Then(new Http2Act.Reset());

    /// <summary>Opens every gate in the step, for the deliveries that wait there and for those to come.</summary>
    public void Release()
    {
        foreach (var wait in Acts.OfType<Http2Act.Wait>())
            wait.Gate.Open();
    }

    private Http2Step Then(Http2Act act) => new(Acts.Add(act));
}
