using System.Text.Json;
using System.Text.Json.Serialization;
using IdempotencyGateway.Admin.Audit;
using IdempotencyGateway.Admin.Effective;
using IdempotencyGateway.Admin.Health;
using IdempotencyGateway.Admin.Records;
using IdempotencyGateway.Admin.Subjects;

namespace IdempotencyGateway.Admin;

/// <summary>The admin listener's JSON: names in camelCase, null members left out, and an unknown name in a request is an error.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProblemAnswer))]
[JsonSerializable(typeof(ReadyAnswer))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(RecordAnswer))]
[JsonSerializable(typeof(DoubtsAnswer))]
[JsonSerializable(typeof(ChangeAnswer))]
[JsonSerializable(typeof(ConfigAnswer))]
[JsonSerializable(typeof(FindRequest))]
[JsonSerializable(typeof(ResolveRequest))]
[JsonSerializable(typeof(EraseSubjectRequest))]
[JsonSerializable(typeof(SubjectAnswer))]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AdminJson : JsonSerializerContext;
