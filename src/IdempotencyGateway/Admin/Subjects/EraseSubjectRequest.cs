namespace IdempotencyGateway.Admin.Subjects;

/// <param name="Subject">As requests and answers spell it.</param>
internal sealed record EraseSubjectRequest(string Subject);
