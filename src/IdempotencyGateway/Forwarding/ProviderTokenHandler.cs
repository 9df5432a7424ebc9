using System.Net;
using System.Net.Http.Headers;
using IdempotencyGateway.Providers;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Adds the gateway's own access token to each request to a cluster for which an authorization server is configured. It is below <see cref="OneShotHandler"/>: if no token can be had, the
/// head was not begun, so the request was provably never sent. After a 401 the token is dropped from the cache, but the request is not repeated; the settlement decides about the 401.
/// </summary>
internal sealed class ProviderTokenHandler(TokenSource tokens, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await tokens.GetAsync(cancellationToken);
        if (answer is not TokenAnswer.Granted(var token, _))
            throw new HttpRequestException(HttpRequestError.UserAuthenticationError, "the gateway could not get an access token for the provider");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            tokens.Reject(token);
        return response;
    }
}
