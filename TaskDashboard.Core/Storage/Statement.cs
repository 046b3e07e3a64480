using System.Text;
using SQLitePCL;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// A prepared statement of the writer's connection. Used on the writer's thread only.
/// </summary>
/// <remarks>
/// Binds straight to SQLite's own interface: a task's life is some twenty statements with three hundred values, and going through commands
/// and parameter objects cost more than SQLite itself did.
/// </remarks>
internal sealed class Statement : IDisposable
{
    private const int StackLimit = 512;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private readonly int parameterCount;

    /// <param name="owner">The writer's connection.</param>
    /// <param name="sql">With <c>?</c> for each value, or <c>?1</c> where one value is used twice.</param>
    public Statement(SqliteDatabase owner, string sql)
    {
        database = owner.Handle;
        Check(raw.sqlite3_prepare_v2(database, sql, out statement));
        parameterCount = raw.sqlite3_bind_parameter_count(statement);
    }

    /// <summary>An insert of whole rows.</summary>
    public static Statement Insert(SqliteDatabase database, string table, string[] columns, string suffix = "") =>
        new(database, $"INSERT INTO {table} ({string.Join(", ", columns.Select(Quoted))}) VALUES ({string.Join(", ", columns.Select(_ => "?"))}) {suffix}");

    /// <summary>An update of the row whose <paramref name="key"/> column is the last value.</summary>
    public static Statement Update(SqliteDatabase database, string table, string[] columns, string key) =>
        new(database, $"UPDATE {table} SET {string.Join(", ", columns.Select(column => $"{Quoted(column)} = ?"))} WHERE {key} = ?");

    /// <summary>Runs it to its end; answers with how many rows it changed.</summary>
    public int Execute(params ReadOnlySpan<Value> values)
    {
        try
        {
            Bind(values);
            while (Step())
            {
                // Rows that nobody asked for.
            }

            return raw.sqlite3_changes(database);
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>The first column of the first row as a number; null when there is no row.</summary>
    public long? Number(params ReadOnlySpan<Value> values)
    {
        try
        {
            Bind(values);
            return Step() ? raw.sqlite3_column_int64(statement, 0) : null;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>The first row's columns as texts; null when there is no row.</summary>
    public string?[]? Texts(params ReadOnlySpan<Value> values)
    {
        try
        {
            Bind(values);
            if (!Step()) return null;
            var texts = new string?[raw.sqlite3_column_count(statement)];
            for (var column = 0; column < texts.Length; column++)
            {
                texts[column] = raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_text(statement, column).utf8_to_string();
            }

            return texts;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    public void Dispose() => statement.Dispose();

    private static string Quoted(string column) => $"\"{column}\"";

    private void Bind(ReadOnlySpan<Value> values)
    {
        if (parameterCount != values.Length)
        {
            throw new ArgumentException($"The statement takes {parameterCount} values, not {values.Length}: {raw.sqlite3_sql(statement).utf8_to_string()}", nameof(values));
        }

        for (var index = 0; index < values.Length; index++) Bind(index + 1, values[index]);
    }

    private void Bind(int index, in Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Null:
                Check(raw.sqlite3_bind_null(statement, index));
                break;
            case ValueKind.Number:
                Check(raw.sqlite3_bind_int64(statement, index, value.Number));
                break;
            case ValueKind.Real:
                Check(raw.sqlite3_bind_double(statement, index, value.Real));
                break;
            case ValueKind.Utf8:
                Check(raw.sqlite3_bind_text(statement, index, value.Utf8));
                break;
            case ValueKind.Blob:
                Check(raw.sqlite3_bind_blob(statement, index, value.Utf8));
                break;
            default:
                BindText(index, value.Text!);
                break;
        }
    }

    private void BindText(int index, string text)
    {
        if (text.Length == 0)
        {
            // An empty span has no address, and no address is NULL to SQLite.
            Check(raw.sqlite3_bind_text(statement, index, ""));
            return;
        }

        if (text.Length > StackLimit / 3)
        {
            Check(raw.sqlite3_bind_text(statement, index, Encoding.UTF8.GetBytes(text)));
            return;
        }

        Span<byte> utf8 = stackalloc byte[StackLimit];
        Check(raw.sqlite3_bind_text(statement, index, utf8[..Encoding.UTF8.GetBytes(text, utf8)]));
    }

    private bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code != raw.SQLITE_DONE) Throw(code);
        return false;
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK) Throw(code);
    }

    private void Throw(int code) => throw SqliteDatabase.Failure(database, code);

    internal enum ValueKind : byte
    {
        Null,
        Number,
        Real,
        Text,
        Utf8,
        Blob,
    }

    /// <summary>A value on its way into a statement, without a box around it.</summary>
    internal readonly struct Value
    {
        private readonly long bits;
        private readonly object? reference;

        private Value(ValueKind kind, long bits, object? reference = null)
        {
            Kind = kind;
            this.bits = bits;
            this.reference = reference;
        }

        public ValueKind Kind { get; }

        public long Number => bits;

        public double Real => BitConverter.Int64BitsToDouble(bits);

        /// <summary>Bytes as they are; as they come they are a text in UTF-8.</summary>
        public static Value Blob(byte[] bytes) => new(ValueKind.Blob, 0, bytes);

        public string? Text => (string?)reference;

        public byte[] Utf8 => (byte[])reference!;

        public static implicit operator Value(long value) => new(ValueKind.Number, value);

        public static implicit operator Value(int value) => new(ValueKind.Number, value);

        public static implicit operator Value(bool value) => new(ValueKind.Number, value ? 1 : 0);

        public static implicit operator Value(long? value) => value is { } number ? new(ValueKind.Number, number) : default;

        public static implicit operator Value(int? value) => value is { } number ? new(ValueKind.Number, number) : default;

        public static implicit operator Value(double? value) => value is { } real ? new(ValueKind.Real, BitConverter.DoubleToInt64Bits(real)) : default;

        public static implicit operator Value(string? value) => value is null ? default : new(ValueKind.Text, 0, value);

        public static implicit operator Value(byte[] value) => new(ValueKind.Utf8, 0, value);
    }
}
