namespace IdempotencyGateway.Load.Baselines;

/// <summary>An endpoint that reads the body and writes the bytes of a recorded answer: the lower bound for the cost of a replay.</summary>
internal static class BareKestrel
{
    private static readonly byte[] Answer = """{"session_id":"11111111-2222-3333-4444-555555555555","session_number":43762,"session_token":"3FaJ9wLqX2Mz","url":"https://verify.provider.example/en/session/3FaJ9wLqX2Mz","vendor_data":"user-123","metadata":{"account_id":"ABC123"},"status":"Not Started","workflow_id":"11111111-2222-3333-4444-555555555555","workflow_version":3,"callback":"https://example.com/verification/callback"}"""u8.ToArray();

    public static WebApplication Build()
    {
        var app = BareHost.CreateBuilder().Build();
        app.UseRouting();
        app.MapPost("/v3/session/", AnswerAsync);
        return app;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync();
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Answer.Length;
        await context.Response.BodyWriter.WriteAsync(Answer);
    }
}
