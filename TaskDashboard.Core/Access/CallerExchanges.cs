using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Access;

/// <summary>Whoever sees a task sees what was sent to its model. Who comes by a link has no part in it: they see a chat, and no steps.</summary>
internal sealed class CallerExchanges(ExchangeReader inner, CallerTaskReader tasks) : IExchangeReader
{
    public async Task<ModelExchange?> FindAsync(string runId, string stepId, CancellationToken cancellationToken = default) =>
        await inner.FindAsync(runId, stepId, cancellationToken) is { } exchange && await tasks.FindAsync(exchange.TaskId, cancellationToken) is not null ? exchange : null;
}
