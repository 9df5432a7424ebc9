using System.Globalization;
using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Admin.Records;

/// <summary>The endpoints that read records, resolve doubts and erase answers. Keys and credentials are accepted in request bodies only, because URLs end up in logs.</summary>
internal static class RecordEndpoints
{
    private const int MostDoubts = 1000;
    private const int DefaultDoubts = 100;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/records", ListAsync);
        endpoints.MapPost("/records/find", FindByKeyAsync);
        endpoints.MapGet("/records/{storageKey}", FindAsync);
        endpoints.MapPost("/records/{storageKey}/resolve", ResolveAsync);
        endpoints.MapDelete("/records/{storageKey}", EraseAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IServiceProvider services)
    {
        var query = context.Request.Query;
        if (query["state"] != "in-doubt")
            return new AdminRefusal(AdminProblem.NotReadable, "Ask for ?state=in-doubt, the only list that there is.");
        var limit = DefaultDoubts;
        if (query.ContainsKey("limit")
            && !(int.TryParse(query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is > 0 and <= MostDoubts))
        {
            return new AdminRefusal(AdminProblem.NotReadable, $"limit is a whole number from 1 to {MostDoubts}.");
        }
        if (services.GetService<IDoubtList>() is not { } doubts)
            return new AdminRefusal(AdminProblem.NoList, "This kind of store would have to scan all its records. Ask for single records; the log has the storage key of each one that is left in doubt.");
        var page = await doubts.ListDoubtsAsync(limit, context.RequestAborted);
        return Results.Json(new DoubtsAnswer(page.Total, [.. page.Oldest.Select(d => RecordAnswer.Of(d.Key, d.Record))]), AdminJson.Default.DoubtsAnswer);
    }

    private static Task<IResult> FindByKeyAsync(HttpContext context, RecordFinder finder) =>
        AdminBody.ReadAsync(context.Request, AdminJson.Default.FindRequest, request => finder.FindAsync(request, context.RequestAborted));

    private static Task<IResult> FindAsync(string storageKey, HttpContext context, RecordFinder finder) =>
        StorageKey.TryParse(storageKey, out var key) ? finder.FindAsync(key, context.RequestAborted) : NoStorageKey;

    private static Task<IResult> ResolveAsync(string storageKey, HttpContext context, RecordOverruler overruler) => StorageKey.TryParse(storageKey, out var key)
        ? AdminBody.ReadAsync(context.Request, AdminJson.Default.ResolveRequest, request => overruler.ResolveAsync(key, request, AdminCaller.Of(context)))
        : NoStorageKey;

    private static Task<IResult> EraseAsync(string storageKey, HttpContext context, RecordOverruler overruler) =>
        StorageKey.TryParse(storageKey, out var key) ? overruler.EraseAsync(key, AdminCaller.Of(context)) : NoStorageKey;

    private static Task<IResult> NoStorageKey { get; } = Task.FromResult<IResult>(
        new AdminRefusal(AdminProblem.NotReadable, "A storage key is 64 hex digits. (Clients' keys go into the body of POST /records/find.)"));
}
