namespace TaskDashboard.Core.Exchanges;

/// <summary>Reads what model calls sent and received. Safe for threads.</summary>
public interface IExchangeReader
{
    /// <summary>
    /// The exchange of one model call; null where there is no such step, where it is a tool call, or where exchanges were not recorded.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="stepId">One of its steps.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ModelExchange?> FindAsync(string runId, string stepId, CancellationToken cancellationToken = default);
}
