using Microsoft.Data.Sqlite;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>A program beside the server that works on the same database file, as a person with a database tool would.</summary>
internal sealed class OtherProgram : IDisposable
{
    private readonly SqliteConnection connection;

    public OtherProgram(string dataDirectory)
    {
        connection = new SqliteConnection($"Data Source={Path.Combine(dataDirectory, "taskdashboard.db")};Mode=ReadWrite;Pooling=False");
        connection.Open();
    }

    /// <summary>Keeps everybody else from writing until it lets go.</summary>
    /// <param name="kind">IMMEDIATE or EXCLUSIVE.</param>
    public void Lock(string kind = "IMMEDIATE") => Execute($"BEGIN {kind}");

    public void LetGo() => Execute("ROLLBACK");

    public object? Execute(string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own statements.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public void Dispose() => connection.Dispose();
}
