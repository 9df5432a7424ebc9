namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>The outcome of a transition: the operation's result, and the record's next state.</summary>
/// <param name="Next">Null when there is no record afterwards.</param>
internal readonly record struct Decision<T>(T Result, RecordRow? Next);
