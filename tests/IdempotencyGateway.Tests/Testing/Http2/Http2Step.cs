using System.Collections.Immutable;
using System.Text;

namespace IdempotencyGateway.Tests.Testing.Http2;

/// <summary>
/// What a <see cref="ScriptedHttp2Provider"/> does with one delivery: <c>Http2Step.AfterBody.Answer(201, "{}")</c>,
/// <c>Http2Step.AfterHeaders.ResetStream(Http2Error.RefusedStream)</c>, <c>Http2Step.AfterBody.GoAway(includingThisStream: true).Close()</c>.
/// Immutable, except that its gates open (<see cref="Release"/>) and then stay open. There is no flow control here, so an answer must fit
/// into a client's initial window of 64 KB.
/// </summary>
public sealed class Http2Step
{
    private const int LargestBodyInBytes = 65_535;

    private Http2Step(ImmutableArray<Http2Act> acts) => Acts = acts;

    /// <summary>Begins at END_STREAM.</summary>
    public static Http2Step AfterBody { get; } = new([new Http2Act.ReadBody()]);

    /// <summary>Begins when the HEADERS have arrived, even if the body has not.</summary>
    public static Http2Step AfterHeaders { get; } = new([]);

    public ImmutableArray<Http2Act> Acts { get; }

    public Http2Step ReadBody() => Then(new Http2Act.ReadBody());

    /// <summary>Sends a complete answer.</summary>
    public Http2Step Answer(int status, string body = "", params ReadOnlySpan<Field> headers) =>
        body.Length == 0 ? Headers(status, endStream: true, headers) : Headers(status, endStream: false, headers).Data(body, endStream: true);

    /// <summary>Sends a complete answer that ends in trailers.</summary>
    public Http2Step AnswerWithTrailers(int status, string body, params ReadOnlySpan<Field> trailers) =>
        Headers(status, endStream: false).Data(body).Trailers(trailers);

    /// <summary>Sends trailers, which end the answer.</summary>
    public Http2Step Trailers(params ReadOnlySpan<Field> trailers) => Then(new Http2Act.SendHeaders(trailers.ToArray(), EndStream: true));

    /// <summary>Sends an answer whose <c>content-length</c> announces the whole body, but only the first <paramref name="sent"/> bytes of the body.</summary>
    public Http2Step AnswerPart(int status, string body, int sent) =>
        Headers(status, endStream: false, new Field("content-length", $"{body.Length}")).Data(body[..sent]);

    /// <summary>Sends the head of a final or interim answer.</summary>
    public Http2Step Headers(int status, bool endStream, params ReadOnlySpan<Field> headers) =>
        Then(new Http2Act.SendHeaders([new Field(":status", $"{status}"), .. headers], endStream));

    public Http2Step Data(string content, bool endStream = false)
    {
        var bytes = Encoding.Latin1.GetBytes(content);
        return bytes.Length <= LargestBodyInBytes
            ? Then(new Http2Act.SendData(bytes, endStream))
            : throw new ArgumentException($"more than the {LargestBodyInBytes} bytes of a client's initial window", nameof(content));
    }

    /// <summary>Waits until <see cref="Release"/>, the client's disconnect, or the provider's disposal.</summary>
    public Http2Step Hang() => Hang(new Gate());

    /// <param name="gate">The gate to wait for; several steps may share it.</param>
    public Http2Step Hang(Gate gate) => Then(new Http2Act.Wait(gate));

    public Http2Step ResetStream(Http2Error error) => Then(new Http2Act.ResetStream(error));

    /// <inheritdoc cref="Http2Act.GoAway"/>
    public Http2Step GoAway(bool includingThisStream, Http2Error error = Http2Error.NoError) =>
        Then(new Http2Act.GoAway(includingThisStream, error));

    public Http2Step Close() => Then(new Http2Act.Close());

    public Http2Step Reset() => Then(new Http2Act.Reset());

    /// <summary>Opens every gate in the step, for waiting and future deliveries.</summary>
    public void Release()
    {
        foreach (var wait in Acts.OfType<Http2Act.Wait>())
            wait.Gate.Open();
    }

    private Http2Step Then(Http2Act act) => new(Acts.Add(act));
}
