namespace IdempotencyGateway.Admin;

/// <summary>The problems that the admin listener can answer with: a closed list, each with a stable code.</summary>
internal sealed record AdminProblem(string Code, int Status, string Title)
{
    public static readonly AdminProblem Unauthorized = new("unauthorized", 401, "An admin token is required");
    public static readonly AdminProblem NotThisMachine = new("not-this-machine", 403, "Only this machine is answered without a token");
    public static readonly AdminProblem CrossSite = new("cross-site", 403, "A page of another site must not change anything");
    public static readonly AdminProblem NotFound = new("not-found", 404, "There is no such endpoint");
    public static readonly AdminProblem NoRecord = new("no-record", 404, "There is no such record");
    public static readonly AdminProblem NotReadable = new("not-readable", 400, "The request cannot be read");
    public static readonly AdminProblem NotAnswerable = new("not-answerable", 422, "The request cannot be carried out as it is written");
    public static readonly AdminProblem TooLarge = new("too-large", 413, "The request body is too large");
    public static readonly AdminProblem NotJson = new("not-json", 415, "The request body must be application/json");
    public static readonly AdminProblem NotInDoubt = new("not-in-doubt", 409, "Only a record in doubt can be resolved");
    public static readonly AdminProblem UnderWay = new("under-way", 409, "A request for this record is being handled in this process");
    public static readonly AdminProblem NoList = new("no-list", 501, "This store cannot list records in doubt");
    public static readonly AdminProblem StoreUnavailable = new("store-unavailable", 503, "The store is unavailable");
    public static readonly AdminProblem AuditUnavailable = new("audit-unavailable", 503, "The audit log cannot be written, so nothing was changed");
}
