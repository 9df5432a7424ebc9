namespace IdempotencyGateway.Admin.Subjects;

/// <summary>What an erasure came to.</summary>
/// <param name="Subject">Its keyed hash, as in the audit log.</param>
/// <param name="Found">Records that were noted for it; some of them may have ended by themselves.</param>
/// <param name="Audited">False when it was made and announced in the audit log, but its end could not be written there.</param>
internal sealed record SubjectAnswer(string Subject, int Found, int Erased, bool Audited);
