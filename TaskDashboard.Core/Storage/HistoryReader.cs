using System.Text;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Reads what was said in a task, for another one that goes on from there.</summary>
internal sealed class HistoryReader(Store store)
{
    /// <summary>What the log has in the data of copied events and of no others: in a text the quotation marks would be escaped.</summary>
    private const string CopiedMark = "\"copied\":true";

    /// <summary>How much was said before a place in the log.</summary>
    public async Task<(int Entries, long Characters)> MeasureAsync(AgentTask task, long before, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var said = Before(context, task, before);
        return (await said.CountAsync(cancellationToken), await said.SumAsync(row => (long)row.Text.Length, cancellationToken));
    }

    /// <summary>What a model was given or gave before a place in the log, in order.</summary>
    public async Task<List<HistoryLine>> ReadAsync(AgentTask task, long before, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await (
                from message in Before(context, task, before)
                join told in context.Events on new { message.TaskKey, message.Seq } equals new { told.TaskKey, told.Seq }
                orderby message.Seq
                select new { message, told.Type, told.Data })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new HistoryLine(RowMapping.ToEntry(row.message, task), EventJson.ReadData(row.Type, Encoding.UTF8.GetBytes(row.Data))));
    }

    /// <summary>What the task was asked first, behind what it has of another one; null where that is gone.</summary>
    public async Task<ChatEntry?> FindOrderAsync(AgentTask task, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var row = await (
                from message in context.Messages
                join told in context.Events on new { message.TaskKey, message.Seq } equals new { told.TaskKey, told.Seq }
                where message.TaskKey == task.Key && message.Seq > 0 && message.Role == (int)EntryRole.User && !told.Data.Contains(CopiedMark)
                orderby message.Seq
                select message)
            .FirstOrDefaultAsync(cancellationToken);
        return row is null ? null : RowMapping.ToEntry(row, task);
    }

    /// <summary>What an earlier request with the key has made, and the digest of that request; null where there is none, or where its task is gone.</summary>
    public async Task<(string TaskId, string Digest)?> FindKeyAsync(string key, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.IdempotencyKeys.SingleOrDefaultAsync(row => row.Id == key && context.Tasks.Any(task => task.Id == row.TaskId), cancellationToken);
        return row is null ? null : (row.TaskId, row.Fingerprint);
    }

    private static IQueryable<MessageRow> Before(DashboardDbContext context, AgentTask task, long before) =>
        context.Messages.Where(row => row.TaskKey == task.Key && row.Seq > 0 && row.Seq < before && row.State == (int)EntryState.Read);
}
