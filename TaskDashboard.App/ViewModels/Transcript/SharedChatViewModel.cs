using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>Watches a chat with all its tasks for one page, by the chat's own stream: everybody who has it open sees the same, in the same order.</summary>
/// <param name="chatId">The chat.</param>
/// <param name="taskId">The task that is shown plainly.</param>
/// <param name="feed">Where its frames come from.</param>
/// <param name="reader">Where the rows of its tasks come from.</param>
/// <param name="time">For the throttle and for waits before another try.</param>
/// <param name="logger">Hears of watches that broke.</param>
/// <param name="dispatch">Runs an action on the page's own thread.</param>
public sealed class SharedChatViewModel(
    string chatId, string taskId, ITaskFeed feed, ITaskReader reader, TimeProvider time, ILogger<ChatViewModel> logger, Func<Action, Task> dispatch)
    : ChatViewModel(taskId, feed, reader, time, logger, dispatch)
{
    private long toldUpTo;

    public string ChatId => chatId;

    public ChatTranscript Chat { get; } = new(taskId);

    public override TaskTranscript Transcript => Chat.Main;

    public override bool IsDeleted => Chat.IsDeleted;

    protected override IAsyncEnumerable<StreamFrame> Open(long after, CancellationToken cancellationToken) => Feed.WatchChatAsync(chatId, after, cancellationToken);

    protected override void Apply(StreamFrame frame) => Chat.Apply(frame);

    protected override void Learn(AgentTask row) => Chat.Learn(row);

    protected override string? TellsOfRow(StreamFrame frame)
    {
        if (frame is ChatSnapshotFrame snapshot) toldUpTo = snapshot.LastId;
        return frame switch
        {
            ChatEventFrame { Event: { Data: StatusData or MessageData { State: EntryState.Stored } } told } when told.TaskId == TaskId => TaskId,

            // One that no snapshot has told of; from here on its events say how it stands.
            ChatEventFrame { Event: { Data: StatusData { Previous: null } } begun } when begun.Id > toldUpTo => begun.TaskId,
            _ => null,
        };
    }

    protected override bool StartsOver(StreamFrame frame) => frame is ChatSnapshotFrame { Resync: true };

    protected override bool IsLast(StreamFrame frame) => frame is ChatDeletedFrame;
}
