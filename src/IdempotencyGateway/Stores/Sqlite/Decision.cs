namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>What a transition answers, and the record it leaves behind.</summary>
/// <param name="Next">Null when there shall be none.</param>
internal readonly record struct Decision<T>(T Result, RecordRow? Next);
