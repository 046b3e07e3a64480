using System.Text;
using System.Text.Json;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>Brings the logs, transcripts and runs of an archive into the store, a piece at a time. For one import.</summary>
internal sealed class ImportStaging(ImportFile file, ImportTable table, ImportedIds ids, DateTimeOffset now, CancellationToken cancellationToken)
{
    private const int MostRows = 250;
    private const int MostCharacters = 1_000_000;

    private readonly List<Action<ImportStatements>> rows = [];
    private int characters;

    /// <summary>How many events there were.</summary>
    public long EventCount { get; private set; }

    /// <summary>Everything of one task but its row.</summary>
    /// <returns>The task with its key and the length of its log.</returns>
    public async Task<ImportedTask> AddAsync(ImportedTask task, long key)
    {
        task = task with { Row = task.Row with { Key = key } };
        var last = await ReadAsync(task, ArchiveFormat.Events, lines => AddEventsAsync(task, lines));
        await ReadAsync(task, ArchiveFormat.Messages, lines => AddMessagesAsync(task, lines));
        var open = await ReadAsync(task, ArchiveFormat.Requests, lines => AddRequestsAsync(task, lines));
        var run = await ReadAsync(task, ArchiveFormat.Runs, lines => AddRunsAsync(task, lines));
        foreach (var data in ImportPlan.Endings(task, open, run)) await AddEventAsync(task, ++last, data, now, null);
        return task with { Row = task.Row with { LastSeq = last } };
    }

    /// <summary>Writes what is left to write.</summary>
    public async Task FlushAsync()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (rows.Count > 0) await table.WriteAsync([.. rows]);
        rows.Clear();
        characters = 0;
    }

    private async Task<long> AddEventsAsync(ImportedTask task, LineReader lines)
    {
        var last = 0L;
        while (await lines.ReadAsync(EventJson.Strict.EventLine, cancellationToken) is { } line)
        {
            if (line.Seq != last + 1) throw Refusal(task, ArchiveFormat.Events, lines, $"seq is {line.Seq}, and {last + 1} was to come");
            if (line.Type == EventTypes.Deleted || !EventJson.IsKnown(line.Type)) throw Refusal(task, ArchiveFormat.Events, lines, "its type is none that this program knows");
            EventData data;
            try
            {
                data = EventJson.ReadData(line.Type, Encoding.UTF8.GetBytes(line.Data.GetRawText()), EventJson.Strict);
            }
            catch (Exception malformed) when (malformed is JsonException or FormatException)
            {
                throw Refusal(task, ArchiveFormat.Events, lines, $"its data is not that of a {line.Type} ({malformed.Message.TrimEnd('.')})");
            }

            if (!ImportBounds.Hold(data)) throw Refusal(task, ArchiveFormat.Events, lines, "it has a file that is none of this program's, or a figure that is too large");
            last = line.Seq;
            EventCount++;
            await AddEventAsync(task, line.Seq, ids.Map(data), line.At, ids.MapAny(line.RunId));
        }

        return last == task.Told.LastSeq ? last : throw ImportRefusal.In(ArchiveFormat.InTask(task.Told.Id, ArchiveFormat.Events), $"has {last} events, and its task says {task.Told.LastSeq}");
    }

    private Task AddEventAsync(ImportedTask task, long seq, EventData data, DateTimeOffset at, string? runId)
    {
        var json = EventJson.Data(data);
        var words = seq < 1 << SearchIndex.KeyShift && SearchIndex.TextOf(data) is { Length: > 0 } text ? SearchText.ForIndex(text) : null;
        var key = task.Row.Key;
        return AddAsync(json.Length, statements => statements.InsertEvent(key, seq, data.Type, at, runId, json, words));
    }

    private async Task<long> AddMessagesAsync(ImportedTask task, LineReader lines)
    {
        var (row, count) = (task.Row, 0L);
        while (await lines.ReadAsync(EventJson.Strict.MessageLine, cancellationToken) is { } line)
        {
            if (!ImportedIds.IsId(line.MessageId, "msg")) throw Refusal(task, ArchiveFormat.Messages, lines, "its message_id is none of this program's");
            if (line.Seq < 1 || line.Seq > task.Told.LastSeq) throw Refusal(task, ArchiveFormat.Messages, lines, "it has a place that the log does not have");
            if (!ImportBounds.Hold(line.Attachments)) throw Refusal(task, ArchiveFormat.Messages, lines, "one of its attachments has an id that is none of this program's");
            count++;
            var entry = line.ToEntry(row.Id, row.ChatId, row.SessionId, ids);
            await AddAsync(entry.Text.Length, statements => statements.InsertMessage(row.Key, entry));
        }

        return count;
    }

    /// <returns>Those that were open when they were exported; here they are closed, and nobody is asked.</returns>
    private async Task<IReadOnlyList<TaskRequest>> AddRequestsAsync(ImportedTask task, LineReader lines)
    {
        var open = new List<TaskRequest>();
        while (await lines.ReadAsync(EventJson.Strict.TaskRequest, cancellationToken) is { } line)
        {
            if (!ImportedIds.IsId(line.RequestId, "request")) throw Refusal(task, ArchiveFormat.Requests, lines, "its request_id is none of this program's");
            var request = ids.Map(line);
            if (request.IsOpen)
            {
                if (!task.WasLive) throw Refusal(task, ArchiveFormat.Requests, lines, "it is open, and its task has ended");
                request = request with { ResolvedAt = now };
                open.Add(request);
            }

            await AddAsync(request.Prompt.Length, statements => statements.InsertRequest(task.Row.Key, request));
        }

        return open;
    }

    /// <returns>The run that was at work when it was exported, ended; null where none was.</returns>
    private async Task<Run?> AddRunsAsync(ImportedTask task, LineReader lines)
    {
        Run? left = null;
        while (await lines.ReadAsync(EventJson.Strict.Run, cancellationToken) is { } line)
        {
            if (!ImportedIds.IsId(line.RunId, "run")) throw Refusal(task, ArchiveFormat.Runs, lines, "its run_id is none of this program's");
            if (line.Steps?.FirstOrDefault(step => !ImportedIds.IsId(step.StepId, "step") || step.RunId != line.RunId) is not null) throw Refusal(task, ArchiveFormat.Runs, lines, "one of its steps is another run's, or has a step_id that is none of this program's");
            if (!ImportBounds.Hold(line)) throw Refusal(task, ArchiveFormat.Runs, lines, "it has a time, a duration, tokens or a cost that no run has");
            var run = ids.Map(line);
            if (run.Outcome is null)
            {
                if (!task.WasLive || left is not null) throw Refusal(task, ArchiveFormat.Runs, lines, "it has not ended, and its task or a later run has");
                left = run = run with { EndedAt = now, Outcome = RunOutcome.Cancelled, OutcomeText = task.Row.ReasonText };
            }

            await AddAsync(256 * (1 + run.Steps?.Count ?? 0), statements => statements.InsertRun(task.Row.Key, run));
        }

        return left;
    }

    private async Task AddAsync(int length, Action<ImportStatements> row)
    {
        rows.Add(row);
        characters += length;
        if (rows.Count >= MostRows || characters >= MostCharacters) await FlushAsync();
    }

    private Task<TResult> ReadAsync<TResult>(ImportedTask task, string name, Func<LineReader, Task<TResult>> read) =>
        file.ReadAsync(ArchiveFormat.InTask(task.Told.Id, name), read, cancellationToken);

    private static RefusedException Refusal(ImportedTask task, string name, LineReader lines, string why) => ImportRefusal.InLine(ArchiveFormat.InTask(task.Told.Id, name), lines.Number, why);
}
