namespace IdempotencyGateway.Admin.Subjects;

/// <param name="Subject">The subject's id, as requests and answers spell it.</param>
internal sealed record EraseSubjectRequest(string Subject);
