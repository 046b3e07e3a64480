namespace TaskDashboard.Core.Tasks;

/// <summary>Knows where in the queue a task stands right now. Places move with every start, so they are told when asked and not stored.</summary>
internal interface IQueuePlaces
{
    /// <summary>1 for the next one; null for a task that does not wait for a slot.</summary>
    int? PlaceOf(string taskId);
}
