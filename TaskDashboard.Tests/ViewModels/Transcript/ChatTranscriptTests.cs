using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Transcripts;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.ViewModels.Transcript;

public class ChatTranscriptTests
{
    private const string Main = "task_main";
    private const string One = "task_one";
    private const string Two = "task_two";

    private readonly ChatLogBuilder log = new(Main, One, Two);
    private readonly ChatTranscript chat = new(Main);

    [Fact]
    public void AnotherTask_StandsWhereItBegan_AndKeepsItsOwnMessages()
    {
        Apply(
            ChatLogBuilder.Snapshot(0, false, ChatLogBuilder.ATaskOf(Main, true)),
            log.Said(Main, "a", "Before", EntryRole.User), log.Begun(One), log.Said(One, "o1", "From one"), log.Said(Main, "b", "Behind"), log.Begun(Two),
            log.Said(One, "o2", "One goes on"), log.Said(Two, "t", "From two"), log.Said(Main, "c", "At the end"));

        Assert.Equal(["a", "task:task_one", "b", "task:task_two", "c"], chat.Main.Items.Select(item => item.Key));
        Assert.Equal(["o1", "o2"], Group(One).Transcript.Items.Select(item => item.Key));
        Assert.Equal("One goes on", Group(One).LastLine);
        Assert.Equal(log.LastId, chat.LastId);
    }

    [Fact]
    public void WhatIsReadAgain_LooksLikeWhatWasLive()
    {
        StreamFrame[] live =
        [
            log.Begun(Main), log.Begun(One), log.Said(Main, "a", "x"), log.Begun(Two), log.Delta(One, "o", 0, "Str"), log.Said(Two, "t", "y"), log.Said(One, "o", "Streamed"), log.Said(Main, "b", "z"),
        ];
        Apply(ChatLogBuilder.Snapshot(0, false, ChatLogBuilder.ATaskOf(Main, true)));
        Apply(live);
        var replayed = new ChatTranscript(Main);
        replayed.Apply(ChatLogBuilder.Snapshot(
            log.LastId, false, ChatLogBuilder.ATaskOf(Main, true, 3), ChatLogBuilder.ATaskOf(One, false, 2), ChatLogBuilder.ATaskOf(Two, false, 2)));
        Assert.False(replayed.IsCaughtUp);
        foreach (var frame in live.Where(frame => frame is ChatEventFrame)) replayed.Apply(frame);

        Assert.True(replayed.IsCaughtUp);
        Assert.Equal(Picture(chat), Picture(replayed));
    }

    [Fact]
    public void Pieces_GoToTheTaskTheyAreOf()
    {
        Apply(ChatLogBuilder.Snapshot(0, false, ChatLogBuilder.ATaskOf(Main, true)), log.Begun(Main), log.Begun(One), log.Delta(Main, "m", 0, "Main says"), log.Delta(One, "o", 0, "One says"));
        var before = Group(One).Version;
        Apply(log.Delta(One, "o", 8, " more"));

        Assert.Equal("Main says", Assert.IsType<MessageItem>(chat.Main.Items[^1]).Text);
        Assert.Equal("One says more", Assert.IsType<MessageItem>(Group(One).Transcript.Items[^1]).Text);
        Assert.True(Group(One).Version > before);
    }

    [Fact]
    public void ATaskThatBeginsWhileItIsWatched_HasItsRowOnceThatIsRead()
    {
        Apply(ChatLogBuilder.Snapshot(0, false, ChatLogBuilder.ATaskOf(Main, true)), log.Begun(One));
        Assert.Null(Group(One).Task);

        chat.Learn(ChatLogBuilder.ATaskOf(One, false, lastSeq: 1));
        Apply(log.Of(One, task => task.Status(AgentTaskStatus.Completed, AgentTaskStatus.Running)));

        Assert.Equal(("Title of task_one", AgentTaskStatus.Completed), (Group(One).Task!.Title, Group(One).Task!.Status));
    }

    [Fact]
    public void ATaskThatAsks_NeedsAPerson_UntilItIsAnswered()
    {
        Apply(ChatLogBuilder.Snapshot(0, false, ChatLogBuilder.ATaskOf(Main, true)), log.Begun(One));
        Assert.False(Group(One).NeedsPerson);
        Apply(log.Of(One, task => task.Event(new RequestData("request_1", RequestKind.Question, "Which one?", [], null))));
        Assert.True(Group(One).NeedsPerson);
        Assert.Equal("Which one?", Group(One).LastLine);
        Apply(log.Of(One, task => task.Event(new RequestResolvedData("request_1", RequestKind.Question, "This one", "you"))));
        Assert.False(Group(One).NeedsPerson);
    }

    [Fact]
    public void ATaskThatIsDeleted_GoesAlone_AndTheChatWithThePlainOne()
    {
        Apply(ChatLogBuilder.Snapshot(0, false, ChatLogBuilder.ATaskOf(Main, true)), log.Begun(Main), log.Begun(One), log.Begun(Two));
        Apply(log.Of(One, task => task.Event(new DeletedData())));
        Assert.Equal([Two], chat.Groups.Select(group => group.TaskId));
        Assert.DoesNotContain(chat.Main.Items, item => item.Key == "task:task_one");
        Assert.False(chat.IsDeleted);

        Apply(new ChatDeletedFrame("chat_1"));
        Assert.True(chat.IsDeleted);
    }

    [Fact]
    public void AResync_BeginsAnew_AndALaterSnapshotDropsWhatIsGone()
    {
        Apply(ChatLogBuilder.Snapshot(0, false, ChatLogBuilder.ATaskOf(Main, true)), log.Begun(Main), log.Begun(One), log.Begun(Two));
        Apply(ChatLogBuilder.Snapshot(log.LastId, false, ChatLogBuilder.ATaskOf(Main, true, 1), ChatLogBuilder.ATaskOf(Two, false, 1)));
        Assert.Equal([Two], chat.Groups.Select(group => group.TaskId));

        Apply(ChatLogBuilder.Snapshot(0, true, ChatLogBuilder.ATaskOf(Main, true)));
        Assert.Empty(chat.Groups);
        Assert.Empty(chat.Main.Items);
        Assert.Equal(0, chat.LastId);
    }

    [Fact]
    public void WhatIsNew_IsFoundInThePlainTask_OrIsAWholeGroup()
    {
        Apply(
            ChatLogBuilder.Snapshot(0, false, ChatLogBuilder.ATaskOf(Main, true)),
            log.Said(Main, "a", "x"), log.Begun(One), log.Said(Main, "b", "y"), log.Said(One, "o", "z"));

        Assert.Equal("b", chat.FindNew(3, Main));
        Assert.Equal("task:task_one", chat.FindNew(4, One));
        Assert.Null(chat.FindNew(9, Main));
    }

    [Fact]
    public void AShortChatThatGrowsLong_BringsAGroupBack_WhereItStood_WithAllThatItHas()
    {
        var row = ChatLogBuilder.ATaskOf(One, false, 1);
        Apply(ChatLogBuilder.Snapshot(0, false, ChatLogBuilder.ATaskOf(Main, true)));
        var before = log.Said(Main, "a", "Before");
        Apply(before, log.Begun(One), log.Said(Main, "b", "Behind"));
        var place = Group(One).Place;
        chat.Main.Release(1, 1);
        Assert.Empty(chat.Groups);
        Assert.Equal([One], chat.Beside.Select(known => known.Task.Began.TaskId));

        // What it says while it is away makes no second group at the end.
        var said = log.Said(One, "o", "Meanwhile");
        Apply(said);
        Assert.Equal(["b"], chat.Main.Items.Select(item => item.Key));
        Assert.Empty(chat.Wanted());

        chat.Main.Add(new TranscriptStretch(Main, 1, 1, 2, [before.Event]));
        Assert.Equal([One], chat.Wanted().Select(task => task.Began.TaskId));
        Assert.NotNull(chat.Add(EndOf(One, 2, said.Event), row));
        Assert.Equal(["a", "task:task_one", "b"], chat.Main.Items.Select(item => item.Key));
        Assert.Equal((place, "o"), (Group(One).Place, Assert.Single(Group(One).Transcript.Items).Key));
    }

    [Fact]
    public void AChatThatIsBegunAgain_ForgetsTheGroupsOfTheFirstTry()
    {
        var (first, begun) = (log.Said(Main, "a", "Before").Event, log.Begun(One).Event);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            chat.Begin(EndOf(Main, 1, first), begun.Id, [new TaskBeginning(begun, 1, 1)]);
            Assert.Equal([One], chat.Wanted().Select(task => task.Began.TaskId));
            Assert.NotNull(chat.Add(EndOf(One, 1, begun), ChatLogBuilder.ATaskOf(One, false, 1)));
        }

        Assert.Equal(["a", "task:task_one"], chat.Main.Items.Select(item => item.Key));
        Apply(log.Said(One, "o", "More"));
        Assert.Equal("More", Group(One).LastLine);
    }

    [Fact]
    public void WhatComesWhileAGroupIsRead_IsInIt_WithoutAHole()
    {
        var (first, begun) = (log.Said(Main, "a", "Before").Event, log.Begun(One));
        chat.Begin(EndOf(Main, 1, first), begun.Event.Id, [new TaskBeginning(begun.Event, 1, 1)]);
        var read = EndOf(One, 2, begun.Event, log.Said(One, "o2", "Read").Event);
        Apply(log.Said(One, "o3", "Live"), log.Said(One, "o4", "Live too"));

        Assert.NotNull(chat.Add(read, ChatLogBuilder.ATaskOf(One, false, 2)));
        Apply(log.Said(One, "o5", "And more"));
        Assert.Equal(["o2", "o3", "o4", "o5"], Group(One).Transcript.Items.Select(item => item.Key));
    }

    [Fact]
    public void AGroupThatMissedMoreThanIsKept_IsReadAgain()
    {
        var (first, begun) = (log.Said(Main, "a", "Before").Event, log.Begun(One));
        chat.Begin(EndOf(Main, 1, first), begun.Event.Id, [new TaskBeginning(begun.Event, 1, 1)]);
        var row = ChatLogBuilder.ATaskOf(One, false, 1);
        for (var number = 0; number < 1000; number++) Apply(log.Said(One, $"o{number}", "Live"));
        var outdated = EndOf(One, 1, begun.Event);
        Assert.True(chat.IsOutdated(outdated));
        Assert.Null(chat.Add(outdated, row));
        Assert.Empty(chat.Groups);

        var newer = EndOf(One, 1001, log.Said(One, "o1000", "Read").Event with { Seq = 1001 });
        Assert.False(chat.IsOutdated(newer));
        Assert.NotNull(chat.Add(newer, row));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AGroupThatIsReadLate_StandsAsItDoesNow_NotAsWhenThePageWasOpened(bool isReadFirst)
    {
        var (first, begun) = (log.Said(Main, "a", "Before").Event, log.Begun(One));
        chat.Begin(EndOf(Main, 1, first), begun.Event.Id, [new TaskBeginning(begun.Event, 1, 1)]);
        AgentTask[] opened = [ChatLogBuilder.ATaskOf(Main, true, 1), ChatLogBuilder.ATaskOf(One, false, 1)];
        var picture = new ChatPicture(new Chat { ChatId = "chat_1", UserId = "user_local", Title = "A chat", AccessChatId = "chat_1" }, opened, begun.Event.Id);
        var snapshot = new ChatSnapshotFrame(picture, [new TaskText(One, false, new OpenMessage("o", EntryRole.Assistant, "It streams"))], false);
        if (!isReadFirst) Apply(snapshot);

        var said = log.Said(One, "o", "It streams no more.").Event;
        var ended = log.Of(One, task => task.Status(AgentTaskStatus.Completed, AgentTaskStatus.Running)).Event;
        Assert.NotNull(chat.Add(EndOf(One, 3, ended), ChatLogBuilder.ATaskOf(One, false, 3, AgentTaskStatus.Completed) with { Version = 9 }));
        if (isReadFirst) Apply(snapshot);

        Assert.Equal((2, 3), (said.Seq, ended.Seq));
        Assert.Equal(AgentTaskStatus.Completed, Group(One).Task!.Status);
        Assert.DoesNotContain(Group(One).Transcript.Items, item => item.Place.Band == TranscriptBand.Streaming);
    }

    [Fact]
    public void WhatATaskWrites_IsThereFromItsBeginning_WhereItsGroupIsReadMeanwhile()
    {
        var (first, begun) = (log.Said(Main, "a", "Before").Event, log.Begun(One));
        chat.Begin(EndOf(Main, 1, first), begun.Event.Id, [new TaskBeginning(begun.Event, 1, 1)]);
        Apply(log.Delta(One, "o", 0, "It writes "), log.Delta(One, "o", 10, "and writes"));
        Assert.NotNull(chat.Add(EndOf(One, 1, begun.Event), ChatLogBuilder.ATaskOf(One, false, 1)));
        Apply(log.Delta(One, "o", 20, " on"));
        Assert.Equal("It writes and writes on", Assert.IsType<MessageItem>(Assert.Single(Group(One).Transcript.Items)).Text);

        Apply(log.Said(One, "o", "It writes and writes on."));
        Assert.Equal("It writes and writes on.", Assert.IsType<MessageItem>(Assert.Single(Group(One).Transcript.Items)).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatATaskWroteBefore_IsNotWrittenOn_WhereItsGroupIsReadLater(bool isTold)
    {
        var (first, begun) = (log.Said(Main, "a", "Before").Event, log.Begun(One));
        chat.Begin(EndOf(Main, 1, first), begun.Event.Id, [new TaskBeginning(begun.Event, 1, 1)]);
        Apply(log.Delta(One, "o", 0, "It writes"));
        var said = log.Said(One, "o", "It wrote.");
        if (isTold) Apply(said);
        Assert.NotNull(chat.Add(EndOf(One, 2, said.Event), ChatLogBuilder.ATaskOf(One, false, 2)));

        // A piece whose beginning nobody has is no entry.
        Apply(log.Delta(One, "next", 7, "the middle"));
        Assert.Equal("It wrote.", Assert.IsType<MessageItem>(Assert.Single(Group(One).Transcript.Items)).Text);
    }

    /// <summary>The end of a task's log, as it is read from the store: events without holes up to the last one.</summary>
    private static TranscriptEnd EndOf(string taskId, long lastSeq, params TaskEvent[] events) =>
        new(new TranscriptStretch(taskId, events.Length > 0 ? events[0].Seq : 1, lastSeq, lastSeq, events), AgentTaskStatus.Running, [], null, false, []);

    private void Apply(params StreamFrame[] frames)
    {
        foreach (var frame in frames) chat.Apply(frame);
    }

    private TaskGroupItem Group(string taskId) => chat.Groups.Single(group => group.TaskId == taskId);

    private static List<string> Picture(ChatTranscript chat) =>
        [.. chat.Main.Items.SelectMany(item => item is TaskGroupItem group ? group.Transcript.Items.Prepend(item) : [item]).Select(item => $"{item.Key} {(item as MessageItem)?.Text} {item.Place}")];
}
