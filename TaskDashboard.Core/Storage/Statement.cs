using Microsoft.Data.Sqlite;

namespace TaskDashboard.Core.Storage;

/// <summary>A prepared statement of the writer's connection. Used on the writer's thread only.</summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteCommand command;

    /// <param name="connection">The writer's.</param>
    /// <param name="sql">With a parameter <c>@name</c> for each of <paramref name="parameters"/>.</param>
    /// <param name="parameters">Their names without the sign, in the order in which values will come.</param>
    public Statement(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = "@" + parameter });
        }

        command.Prepare();
    }

    /// <summary>An insert of whole rows.</summary>
    public static Statement Insert(SqliteConnection connection, string table, string[] columns, string suffix = "") =>
        new(connection, $"INSERT INTO {table} ({string.Join(", ", columns.Select(Quoted))}) VALUES ({string.Join(", ", columns.Select(column => "@" + column))}) {suffix}", columns);

    /// <summary>An update of the row whose <paramref name="key"/> column is the last value.</summary>
    public static Statement Update(SqliteConnection connection, string table, string[] columns, string key) =>
        new(connection, $"UPDATE {table} SET {string.Join(", ", columns.Select(column => $"{Quoted(column)} = @{column}"))} WHERE {key} = @{key}", [.. columns, key]);

    public int Execute(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteNonQuery();
    }

    public object? Scalar(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteScalar();
    }

    public SqliteDataReader Read(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteReader();
    }

    /// <summary>Statements are part of whatever transaction is open on their connection.</summary>
    public void Enlist(SqliteTransaction? transaction) => command.Transaction = transaction;

    public void Dispose() => command.Dispose();

    private static string Quoted(string column) => $"\"{column}\"";

    private void Bind(ReadOnlySpan<object?> values)
    {
        var parameters = command.Parameters;
        if (parameters.Count != values.Length)
        {
            throw new ArgumentException($"The statement takes {parameters.Count} values, not {values.Length}: {command.CommandText}", nameof(values));
        }

        for (var index = 0; index < values.Length; index++)
        {
            parameters[index].Value = values[index] ?? DBNull.Value;
        }
    }
}
