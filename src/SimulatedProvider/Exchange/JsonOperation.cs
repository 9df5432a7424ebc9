using System.Text.Json;

namespace SimulatedProvider.Exchange;

/// <summary>An operation whose request body is a small JSON object. An empty body counts as an empty object.</summary>
internal abstract class JsonOperation : Operation
{
    private const int MaxBodyBytes = 1024 * 1024;
    private readonly PooledBuffer _body = new();
    private bool _fits;

    public sealed override async ValueTask ReceiveAsync(HttpRequest request) =>
        _fits = await BodyIntake.TryReadAsync(request, _body, MaxBodyBytes);

    public sealed override Answer Execute()
    {
        if (!_fits)
            return Answers.TooLarge;
        try
        {
            return Execute(_body.Length == 0 ? "{}"u8 : _body.Written.Span);
        }
        catch (JsonException)
        {
            return Answers.BrokenJson;
        }
    }

    public sealed override void Dispose()
    {
        _body.Dispose();
        base.Dispose();
    }

    /// <exception cref="JsonException">The body is not a JSON object. Thrown before the operation has any effect.</exception>
    protected abstract Answer Execute(ReadOnlySpan<byte> json);
}
