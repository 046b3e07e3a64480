using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.SelfCheck.Invariants;

/// <summary>Of the tasks that changed since the last look: logs without gaps, one end for each run, and a last status that is the row's.</summary>
internal sealed class LogsSayWhatRowsSay(Store store) : IInvariant
{
    private const int MostTasks = 100;
    private const int MostEvents = 5_000;

    private long? lookedUntil;

    public string Key => "log";

    public string Promise => "Every task's log has no gap, ends each run exactly once, and its last status is the task's.";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);

        // One transaction: rows and logs of the same moment. A deferred one, because any other takes the lock that the writer needs.
        await context.Database.OpenConnectionAsync(cancellationToken);
        await using var moment = ((SqliteConnection)context.Database.GetDbConnection()).BeginTransaction(deferred: true);
        await context.Database.UseTransactionAsync(moment, cancellationToken);
        var from = lookedUntil ?? Math.Max(0, (await context.Events.MaxAsync(row => (long?)row.Id, cancellationToken) ?? 0) - MostEvents);
        var changed = await context.Events.Where(row => row.Id > from).OrderBy(row => row.Id).Select(row => new { row.Id, row.TaskKey }).Take(MostEvents).ToListAsync(cancellationToken);

        // As many as one look can take; the next goes on behind them, so that a busy time is looked at later, and not never.
        var keys = new HashSet<long>();
        var until = from;
        foreach (var row in changed)
        {
            if (keys.Count == MostTasks && !keys.Contains(row.TaskKey)) break;
            keys.Add(row.TaskKey);
            until = row.Id;
        }

        var findings = new List<Finding>();
        foreach (var task in await context.Tasks.Where(row => keys.Contains(row.Key)).ToListAsync(cancellationToken))
        {
            var seqs = await context.Events.Where(row => row.TaskKey == task.Key).GroupBy(row => row.TaskKey)
                .Select(group => new { Count = group.LongCount(), Max = group.Max(row => row.Seq) }).SingleAsync(cancellationToken);
            if (seqs.Count != task.LastSeq || seqs.Max != task.LastSeq)
            {
                findings.Add(new Finding($"The log of {task.Id} has {seqs.Count} events up to {seqs.Max}, and its row says {task.LastSeq}.", null, null));
            }

            var status = await LastStatusAsync(context, task.Key, cancellationToken);
            if (status is not null && (int)status.Status != task.Status)
            {
                findings.Add(new Finding($"{task.Id} is {((AgentTaskStatus)task.Status).ToWire()}, and its log says {status.Status.ToWire()}.", null, null));
            }

            var ends = (await context.Events.Where(row => row.TaskKey == task.Key && row.Type == EventTypes.Run).ToListAsync(cancellationToken))
                .Select(row => (RunData)EventJson.ReadData(row.Type, System.Text.Encoding.UTF8.GetBytes(row.Data)))
                .Where(run => run.Outcome is not null).GroupBy(run => run.RunId).Where(run => run.Count() > 1).ToList();
            findings.AddRange(ends.Select(run => new Finding($"{run.Key} of {task.Id} ended {run.Count()} times.", null, null)));
        }

        lookedUntil = until;
        return findings;
    }

    private static async Task<StatusData?> LastStatusAsync(DashboardDbContext context, long taskKey, CancellationToken cancellationToken)
    {
        var row = await context.Events.Where(row => row.TaskKey == taskKey && row.Type == EventTypes.Status).OrderByDescending(row => row.Seq).FirstOrDefaultAsync(cancellationToken);
        return row is null ? null : (StatusData)EventJson.ReadData(row.Type, System.Text.Encoding.UTF8.GetBytes(row.Data));
    }
}
