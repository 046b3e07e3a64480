using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// Writes the history of triggers down and keeps it bounded: of each trigger the newest firings, and with them the ids by which a repeated delivery is
/// known, and whatever still waits. On the writer's thread only.
/// </summary>
/// <param name="most">How many firings of a trigger are kept.</param>
/// <param name="every">After how many new ones of a trigger the old ones go; the first of a process counts as one.</param>
internal sealed class FiringHistory(int most = FiringHistory.MostKept, int every = 100)
{
    public const int MostKept = 10_000;

    private readonly Dictionary<string, int> written = new(StringComparer.Ordinal);

    public long Insert(WriteBatch batch, TriggerFiring firing)
    {
        var id = TriggerTable.InsertFiring(batch, firing);
        var count = written.GetValueOrDefault(firing.TriggerId);
        written[firing.TriggerId] = (count + 1) % every;
        if (count == 0) TriggerTable.DeleteFiringsBehind(batch, firing.TriggerId, most);
        return id;
    }
}
