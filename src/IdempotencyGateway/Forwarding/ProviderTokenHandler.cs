using System.Net;
using System.Net.Http.Headers;
using IdempotencyGateway.Providers;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Gives each request to a cluster the gateway's own token, where the configuration names an authorization server. Below <see cref="OneShotHandler"/>, so that
/// without a token nothing has begun: the request was provably never sent. A token that the provider refuses is dropped; the request is not repeated,
/// what becomes of its 401 is the record's business.
/// </summary>
internal sealed class ProviderTokenHandler(TokenSource tokens, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await tokens.GetAsync(cancellationToken);
        if (answer is not TokenAnswer.Granted(var token, _))
            throw new HttpRequestException(HttpRequestError.UserAuthenticationError, "there is no token for the provider");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            tokens.Reject(token);
        return response;
    }
}
