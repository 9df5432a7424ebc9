using System.Text;
using IdempotencyGateway.Core.Keys;
using SQLitePCL;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>A prepared statement. Parameters count from 1, columns from 0, as SQLite does.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt handle) : IDisposable
{
    private const int StackBufferInBytes = 256;

    public SqliteStatement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(handle, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, Digest256 value)
    {
        Span<byte> bytes = stackalloc byte[Digest256.SizeInBytes];
        value.Write(bytes);
        return Bind(parameter, bytes);
    }

    public SqliteStatement Bind(int parameter, string? value)
    {
        if (value is null)
            return BindNull(parameter);
        var length = Encoding.UTF8.GetByteCount(value);
        var bytes = length <= StackBufferInBytes ? stackalloc byte[StackBufferInBytes] : new byte[length];
        Encoding.UTF8.GetBytes(value, bytes);
        Check(raw.sqlite3_bind_text(handle, parameter, bytes[..length]));
        return this;
    }

    public SqliteStatement BindNull(int parameter)
    {
        Check(raw.sqlite3_bind_null(handle, parameter));
        return this;
    }

    /// <summary>Advances to the next row; false when there is none. After the last row, and after a failure, the statement is reset.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code == raw.SQLITE_DONE)
        {
            raw.sqlite3_reset(handle);
            return false;
        }
        var failure = database.Failure(code);
        raw.sqlite3_reset(handle);
        throw failure;
    }

    /// <summary>Runs a statement that returns no rows.</summary>
    public void Run()
    {
        if (!Step())
            return;
        Reset();
        throw new InvalidOperationException("a statement that must not return rows returned one");
    }

    public void Reset() => raw.sqlite3_reset(handle);

    /// <summary>Frees SQLite's copies of the bound values, which matters after large ones.</summary>
    public void Forget() => raw.sqlite3_clear_bindings(handle);

    public long Integer(int column) => raw.sqlite3_column_int64(handle, column);

    public string? Text(int column) =>
        raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_text(handle, column).utf8_to_string();

    /// <summary>Valid until the next step or reset. A null reads as empty.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    public Digest256 Digest(int column) => Blob(column) is { Length: Digest256.SizeInBytes } bytes
        ? Digest256.Read(bytes)
        : throw SqliteFailure.Corrupt("a digest has the wrong length");

    public void Dispose() => handle.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw database.Failure(code);
    }
}
