using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>Watches a chat with all its tasks for one page, by the chat's own stream: everybody who has it open sees the same, in the same order.</summary>
/// <param name="chatId">The chat.</param>
/// <param name="taskId">The task that is shown plainly.</param>
/// <param name="feed">Where its frames come from.</param>
/// <param name="reader">Where the rows of its tasks come from.</param>
/// <param name="time">For the throttle and for waits before another try.</param>
/// <param name="logger">Hears of watches that broke.</param>
/// <param name="dispatch">Runs an action on the page's own thread.</param>
/// <param name="logs">Where long logs are read in parts; null reads all of them by the feed.</param>
public sealed class SharedChatViewModel(
    string chatId, string taskId, ITaskFeed feed, ITaskReader reader, TimeProvider time, ILogger<ChatViewModel> logger, Func<Action, Task> dispatch,
    ITranscriptReader? logs = null)
    : ChatViewModel(taskId, feed, reader, time, logger, dispatch, logs)
{
    /// <summary>So much of another task is read first: what its line says, and what is shown when it is opened.</summary>
    private const int FirstPartOfGroup = 60;

    /// <summary>Of more groups than this, so much is read of each.</summary>
    private const int ManyGroups = 12;

    /// <summary>So often the end of a log is read that grows faster than it is taken in.</summary>
    private const int MostReads = 5;

    private long toldUpTo;

    public string ChatId => chatId;

    public ChatTranscript Chat { get; } = new(taskId);

    public override TaskTranscript Transcript => Chat.Main;

    public override bool IsDeleted => Chat.IsDeleted;

    protected override IAsyncEnumerable<StreamFrame> Open(long after, CancellationToken cancellationToken) => Feed.WatchChatAsync(chatId, after, cancellationToken);

    /// <summary>The other tasks that are not all in memory, with the places of their groups.</summary>
    internal IReadOnlyList<(TaskBeginning Task, TranscriptPlace Place)> ListBeside() =>
        [.. Chat.Beside.Select(known => (known.Task, new TranscriptPlace(TranscriptBand.Logged, known.Task.Behind, known.Number)))];

    /// <summary>Sees to it that what another task has at an event is in memory.</summary>
    internal async Task ReachInGroupAsync(string otherTaskId, long seq)
    {
        if (Chat.Groups.FirstOrDefault(group => group.TaskId == otherTaskId) is not { Log: { } log } group) return;
        await log.ReachAsync(seq, () => log.LeaveAllBut(seq));
        group.Touch();
    }

    /// <summary>Where in the log of the plain task something new begins: at its event, or where the other task began that it is of.</summary>
    public async Task<long?> FindNewAsync(long eventId, string? otherTaskId)
    {
        if (Log is null) return null;
        return (otherTaskId is null ? null : Chat.FindGroup(otherTaskId)) ?? await Log.FindEventAsync(eventId);
    }

    protected override async Task<long> BeginAsync(ITranscriptReader logs, CancellationToken cancellationToken)
    {
        // What is newest first: what comes while the rest is read comes again by the stream.
        var beside = await logs.ListBesideAsync(TaskId, cancellationToken);
        if (KnownLength + beside.Tasks.Sum(task => task.LastSeq) <= TranscriptLog.WholeUpTo) return 0;
        if (await logs.ReadEndAsync(TaskId, TranscriptLog.FirstPart, ReadingTools.Names, cancellationToken) is not { } end) return 0;
        await RunAsync(() => Chat.Begin(end, beside.LastId, beside.Tasks));
        await CompleteAsync();

        // Of very many tasks that takes long; what comes of them meanwhile is not lost.
        ReadAside(HasReadAsync);
        return beside.LastId;
    }

    protected override async Task HasReadAsync()
    {
        if (Logs is null) return;
        IReadOnlyList<TaskBeginning> wanted = [];
        await RunAsync(() => wanted = Chat.Wanted());
        foreach (var task in wanted) await ReadGroupAsync(Logs, task.Began.TaskId, wanted.Count > ManyGroups ? ManyGroups : FirstPartOfGroup);
    }

    private async Task ReadGroupAsync(ITranscriptReader logs, string id, int count)
    {
        for (var attempt = 0; attempt < MostReads; attempt++)
        {
            if (await logs.ReadEndAsync(id, count, ReadingTools.Names, Closed) is not { } end || await Reader.FindAsync(id, Closed) is not { } row) return;
            var isOutdated = false;
            await RunAsync(() =>
            {
                isOutdated = Chat.IsOutdated(end);
                if (Chat.Add(end, row) is { } group) group.Log = LogOf(id, group.Transcript, logs);
            });
            if (isOutdated) continue;
            DrawSoon();
            return;
        }
    }

    protected override void Apply(StreamFrame frame)
    {
        Chat.Apply(frame);

        // It came by the stream from its first event on, and has grown so long that not all of it can stay.
        if (Logs is { } logs && frame is ChatEventFrame { Event: { Seq: > TranscriptLog.WholeUpTo } told } && Chat.Find(told.TaskId) is { Log: null } group)
        {
            group.Log = LogOf(told.TaskId, group.Transcript, logs);
        }
    }

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
