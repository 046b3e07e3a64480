using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Usage;

namespace TaskDashboard.Core.Storage;

/// <summary>Sums the days up that are asked for.</summary>
internal sealed class UsageReader(Store store) : IUsageReader
{
    private static readonly string[] AllColumns = ["day", "person_id", "agent_id", "model"];

    public async Task<IReadOnlyList<UsageLine>> ListAsync(UsageQuery query, CancellationToken cancellationToken = default)
    {
        if (query.To < query.From) throw RefusedException.Validation("to", "to has to be from or a later day.");
        if (query.To.DayNumber - query.From.DayNumber > UsageQuery.MostDays) throw RefusedException.Validation("from", string.Create(CultureInfo.InvariantCulture, $"from may be {UsageQuery.MostDays:N0} days before to."));
        var columns = Columns(query.Groups).ToList();
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        await using var command = ((SqliteConnection)context.Database.GetDbConnection()).CreateCommand();
        var groups = columns.Count == 0 ? "" : $" GROUP BY {string.Join(", ", columns)} ORDER BY {string.Join(", ", columns)}";
        command.CommandText = $"""
            SELECT {string.Concat(AllColumns.Select(column => columns.Contains(column) ? $"{column}, " : "NULL, "))}
                SUM(calls), SUM(input_tokens), SUM(output_tokens), SUM(cached_tokens), SUM(cost)
            FROM usage_days WHERE day BETWEEN @from AND @to{(query.PersonId is null ? "" : " AND person_id = @person")}{groups}
            """;
        command.Parameters.AddWithValue("@from", ToStore(query.From));
        command.Parameters.AddWithValue("@to", ToStore(query.To));
        if (query.PersonId is not null) command.Parameters.AddWithValue("@person", query.PersonId);
        var lines = new List<UsageLine>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            // One sum of nothing is a row all the same.
            if (await reader.IsDBNullAsync(4, cancellationToken)) continue;
            lines.Add(new UsageLine(
                await reader.IsDBNullAsync(0, cancellationToken) ? null : FromStore(reader.GetInt32(0)), Text(reader, 1), Text(reader, 2), Text(reader, 3),
                reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7),
                await reader.IsDBNullAsync(8, cancellationToken) ? null : Math.Round((decimal)reader.GetDouble(8), 8)));
        }

        return lines;
    }

    private static IEnumerable<string> Columns(UsageGroups groups)
    {
        if (groups.HasFlag(UsageGroups.Day)) yield return "day";
        if (groups.HasFlag(UsageGroups.Person)) yield return "person_id";
        if (groups.HasFlag(UsageGroups.Agent)) yield return "agent_id";
        if (groups.HasFlag(UsageGroups.Model)) yield return "model";
    }

    private static int ToStore(DateOnly day) => day.Year * 10_000 + day.Month * 100 + day.Day;

    private static DateOnly FromStore(int day) => new(day / 10_000, day / 100 % 100, day % 100);

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
