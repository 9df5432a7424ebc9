namespace IdempotencyGateway.Admin.Subjects;

/// <summary>The result of an erasure.</summary>
/// <param name="Subject">The subject's keyed hash, as in the audit log.</param>
/// <param name="Found">The number of records that the index has for the subject; some of them may have expired.</param>
/// <param name="Audited">False when the audit log has the beginning of the erasure, but its result could not be written there.</param>
internal sealed record SubjectAnswer(string Subject, int Found, int Erased, bool Audited);
