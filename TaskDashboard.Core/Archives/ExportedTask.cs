using System.Text;
using System.Text.Json;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>
/// A task as an export tells it. One that was imported is told as it was where it was made: with its ids of there, without what the import wrote behind its log, and
/// with the run and the requests open that the import had to end.
/// </summary>
internal sealed class ExportedTask
{
    private readonly DateTimeOffset? settledAt;

    private ExportedTask(AgentTask row, AgentTask told, string document)
    {
        Row = row;
        Told = told;
        Document = document;
        Ids = row.ImportedFrom is { } from ? ImportedIds.Of(from.ImportId) : ImportedIds.None;
        settledAt = told.Status.IsTerminal() ? null : row.ImportedFrom?.At;
    }

    /// <summary>The task as it is here.</summary>
    public AgentTask Row { get; }

    /// <summary>The task as it was where it was made.</summary>
    public AgentTask Told { get; }

    /// <summary>That as JSON.</summary>
    public string Document { get; }

    public ImportedIds Ids { get; }

    public static async Task<ExportedTask> LoadAsync(AgentTask row, ExportTable table, CancellationToken cancellationToken)
    {
        if (row.ImportedFrom is null)
        {
            var plain = row with { OpenRequests = [], Inbox = [] };
            return new ExportedTask(row, plain, JsonSerializer.Serialize(plain, EventJson.Wire.AgentTask));
        }

        var document = await table.FindDocumentAsync(row, cancellationToken) ?? throw RefusedException.NotFound("task", row.Id);
        return new ExportedTask(row, JsonSerializer.Deserialize(document, EventJson.Wire.AgentTask)!, document);
    }

    public EventLine ToLine(TaskEvent told)
    {
        var data = JsonSerializer.Deserialize(EventJson.Data(Ids.Map(told.Data)), EventJson.Wire.JsonElement);
        return new EventLine(told.Seq, told.Type, told.At, Ids.MapAny(told.RunId), data);
    }

    /// <summary>The run as it was; what the import ended at its own moment was open.</summary>
    public Run ToLine(Run run) => Ids.Map(settledAt is not null && run.EndedAt == settledAt ? run with { EndedAt = null, Outcome = null, OutcomeText = null } : run);

    /// <inheritdoc cref="ToLine(Run)"/>
    public TaskRequest ToLine(TaskRequest request) =>
        Ids.Map(settledAt is not null && request.ResolvedAt == settledAt ? request with { ResolvedAt = null, Answer = null, By = null, Note = null, ChangedArguments = null } : request);
}
