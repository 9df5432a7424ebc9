using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Subjects;

/// <summary>
/// Runs an action before the response is completed. YARP completes the response to a streaming call itself, as soon as it has copied the trailers: without this, a client over gRPC would
/// have the whole answer, status included, before the middleware around YARP continues.
/// </summary>
internal sealed class CompletionFeature : IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature _inner;
    private readonly Func<Task> _before;

    private CompletionFeature(IHttpResponseBodyFeature inner, Func<Task> before) => (_inner, _before) = (inner, before);

    public Stream Stream => _inner.Stream;

    public PipeWriter Writer => _inner.Writer;

    public static void Attach(HttpContext context, Func<Task> before) =>
        context.Features.Set<IHttpResponseBodyFeature>(new CompletionFeature(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), before));

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => _inner.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => _inner.SendFileAsync(path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        await _before();
        await _inner.CompleteAsync();
    }
}
