namespace TaskDashboard.Core.Events;

/// <summary>
/// What viewers watch. Ending a watch (disposing the enumerator, cancelling the token) never ends or slows the work that is watched.
/// </summary>
public interface ITaskFeed
{
    /// <summary>
    /// The newest event that was committed, of whichever task: where <see cref="WatchListAsync"/> goes on from for whoever takes it first and reads the list then.
    /// </summary>
    long NewestId { get; }

    /// <summary>
    /// A task's stream: a snapshot, the durable events behind the cursor, then live frames, until an <see cref="EndFrame"/> or the
    /// <c>deleted</c> event. Each durable event comes exactly once and in order.
    /// </summary>
    /// <param name="taskId">The task.</param>
    /// <param name="after">The last sequence number that the viewer has; 0 for none.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="Tasks.RefusedException"><c>not_found</c>, on the first frame.</exception>
    IAsyncEnumerable<StreamFrame> WatchTaskAsync(string taskId, long after, CancellationToken cancellationToken);

    /// <summary>
    /// A chat's stream: a snapshot, the durable events of all its tasks behind the cursor, then live frames. Everybody who watches it gets the same
    /// durable events in the same order, each exactly once. Ends only with the chat itself (<see cref="ChatDeletedFrame"/>).
    /// </summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="after">The last event id that the viewer has; 0 for none.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="Tasks.RefusedException"><c>not_found</c>, on the first frame.</exception>
    IAsyncEnumerable<StreamFrame> WatchChatAsync(string chatId, long after, CancellationToken cancellationToken);

    /// <summary>The list's stream: a snapshot of the counts, then changes behind the cursor, each batch followed by the counts. Never ends by itself.</summary>
    /// <param name="after">The last event id that the viewer has; null for changes from now on.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    IAsyncEnumerable<ListFrame> WatchListAsync(long? after, CancellationToken cancellationToken);
}
