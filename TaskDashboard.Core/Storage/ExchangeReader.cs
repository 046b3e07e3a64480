using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Exchanges;

namespace TaskDashboard.Core.Storage;

/// <summary>Puts exchanges together again from their parts.</summary>
internal sealed class ExchangeReader(Store store) : IExchangeReader
{
    public async Task<ModelExchange?> FindAsync(string runId, string stepId, CancellationToken cancellationToken = default)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
                from exchange in context.Exchanges
                join step in context.Steps on exchange.StepId equals step.Id
                join task in context.Tasks on exchange.TaskKey equals task.Key
                where step.Id == stepId && step.RunId == runId
                select new { exchange, TaskId = task.Id })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null) return null;

        var request = Read(found.exchange.Request, ExchangeJson.Stored.StoredRequest);
        await context.Database.OpenConnectionAsync(cancellationToken);
        await using var parts = ((SqliteConnection)context.Database.GetDbConnection()).CreateCommand();
        parts.CommandText = "SELECT content FROM exchange_parts WHERE task_key = @task AND digest = @digest";
        parts.Parameters.AddWithValue("@task", found.exchange.TaskKey);
        var digest = parts.Parameters.Add("@digest", SqliteType.Blob);
        var messages = new List<ExchangeMessage>(request.Messages.Count);
        foreach (var one in request.Messages)
        {
            var message = await PartAsync(one) is { } content ? Read(content, ExchangeJson.Stored.ExchangeMessage) : new ExchangeMessage("unknown", []);
            messages.Add(message with { Digest = one });
        }

        return new ModelExchange
        {
            StepId = stepId,
            RunId = runId,
            TaskId = found.TaskId,
            Model = request.Model,
            Settings = request.Settings,
            Tools = request.Tools is { } tools && await PartAsync(tools) is { } list ? Read(list, ExchangeJson.Stored.IReadOnlyListExchangeTool) : [],
            Messages = messages,
            Response = Read(found.exchange.Response, ExchangeJson.Stored.ExchangeAnswer),
        };

        async ValueTask<byte[]?> PartAsync(string name)
        {
            digest.Value = Convert.FromHexString(name);
            return await parts.ExecuteScalarAsync(cancellationToken) as byte[];
        }
    }

    private static TValue Read<TValue>(byte[] packed, System.Text.Json.Serialization.Metadata.JsonTypeInfo<TValue> type) =>
        JsonSerializer.Deserialize(ExchangeBlob.Unpack(packed), type) ?? throw new InvalidDataException("A part of an exchange is empty.");
}
