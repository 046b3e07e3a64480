using Microsoft.Data.Sqlite;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Storage;

public sealed class StoreStartTests
{
    [Fact]
    public async Task Start_AfterAKillInTheMiddleOfTheMigration_DoesNotWaitForTheDead()
    {
        await using var engine = await Engine.StartAsync();
        var task = await engine.CreateAsync("Talk");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        await engine.StopAsync();
        await LeaveMigrationLockAsync(engine.DataDirectory);

        await using var next = await Task.Run(() => Engine.StartAsync(directory: engine.DataDirectory)).WaitAsync(Engine.Bound);

        Assert.Equal(AgentTaskStatus.Completed, (await next.Reader.FindAsync(task.Id))!.Status);
    }

    /// <summary>What is on disk while EF Core migrates, and stays there when its process is killed in that moment.</summary>
    private static async Task LeaveMigrationLockAsync(string directory)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "taskdashboard.db")};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00');
            """;
        await command.ExecuteNonQueryAsync();
    }
}
