using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.ViewModels.Transcript;

/// <summary>Messages to the agent on their way.</summary>
public partial class TaskTranscriptTests
{
    private string Waiting => string.Join(" | ", transcript.Queue.Select(item => item.Text));

    private MessageItem Message(string key) => transcript.Items.OfType<MessageItem>().Single(item => item.Key == key);

    [Fact]
    public void AMessageToALiveTask_WaitsApart_AndTakesItsPlaceWhenItIsRead()
    {
        Begin();
        Apply(log.Delta("m", 0, "Working"), log.Queued("u", "And this"));
        Assert.Equal(("Assistant:Working", "And this"), (Text, Waiting));
        Assert.True(transcript.IsMoving);

        Apply(log.Said("m", "Worked"), log.Said("u", "And this", EntryRole.User, EntryState.Read, step: 3), log.Said("m2", "Done too"));
        Assert.Equal(("Assistant:Worked | User:And this | Assistant:Done too", ""), (Text, Waiting));
        Assert.Equal((EntryState.Read, 3), (Message("u").State, Message("u").Step));
    }

    [Fact]
    public void AnnouncedAgain_MessagesStandInTheNewOrder_WithTheNewWords()
    {
        Begin();
        Apply(log.Queued("a", "One"), log.Queued("b", "Two"), log.Queued("c", "Three"));

        // The last to the first place: what stands behind it now is told again.
        Apply(log.Queued("c", "Three"), log.Queued("a", "One"), log.Queued("b", "Two, and a half"));
        Assert.Equal("Three | One | Two, and a half", Waiting);
    }

    [Fact]
    public void AMessageTakenBack_IsGone()
    {
        Begin();
        Apply(log.Queued("a", "One"), log.Queued("b", "Two"), log.Said("a", "", EntryRole.User, EntryState.Removed));
        Assert.Equal(("", "Two"), (Text, Waiting));
    }

    [Fact]
    public void WhatATaskWasMadeWith_IsStored_AndReadByItsFirstRun()
    {
        Begin(status: AgentTaskStatus.Pending);
        Apply(log.Said("u", "Do it", EntryRole.User));
        Assert.Equal((EntryState.Stored, null), (Message("u").State, Message("u").Step));
        Assert.Empty(transcript.Queue);
        Apply(log.RunBegan());
        Assert.Equal((EntryState.Read, 1), (Message("u").State, Message("u").Step));
    }

    [Fact]
    public void UnreadAtTheEnd_StandsWhereItWasWritten_AndWaitsAgainWhenTheTaskGoesOn()
    {
        Begin();
        Apply(log.RunBegan(), log.Said("m", "Half"), log.Queued("u", "And this"), log.RunEnded(RunOutcome.Cancelled), log.Status(AgentTaskStatus.Cancelled, AgentTaskStatus.Running));
        Assert.Equal(("Assistant:Half | User:And this | end:Cancelled", ""), (Text, Waiting));
        Assert.Equal(EntryState.Stored, Message("u").State);

        Apply(log.Queued("v", "Go on"), log.Status(AgentTaskStatus.Pending, AgentTaskStatus.Cancelled));
        Assert.Equal(("Assistant:Half | end:Cancelled", "And this | Go on"), (Text, Waiting));
        Apply(log.RunBegan("run_2", 2, RunCause.Message), log.Said("u", "And this", EntryRole.User, EntryState.Read), log.Said("v", "Go on", EntryRole.User, EntryState.Read));
        Assert.Equal("Assistant:Half | end:Cancelled | User:And this | User:Go on", Text);
    }

    [Fact]
    public void AnAttemptThatFailed_LeavesTheQueueAsItWas()
    {
        Begin();
        Apply(log.RunBegan(), log.Queued("u", "And this"), log.RunEnded(RunOutcome.Failed, "Away."), log.Status(AgentTaskStatus.Pending, AgentTaskStatus.Running, ReasonCodes.Retry, "Later."));
        Assert.Equal(("end:Failed", "And this"), (Text, Waiting));
    }

    [Fact]
    public void NewsOfAChild_Wait_AndTellHowItEndedWhenTheyAreRead()
    {
        Begin();
        Apply([.. log.ChildEnded("task_child")]);
        var news = Assert.Single(transcript.Queue);
        Assert.Equal((false, "task_child", AgentTaskStatus.Completed), (news.IsEditable, news.FromTaskId, news.ToldEnd));

        Apply(log.Event(new MessageData(news.Key, EntryRole.Subtask, news.Text) { State = EntryState.Read, Step = 2, From = "task_child" }));
        Assert.Equal(AgentTaskStatus.Completed, Message(news.Key).ToldEnd);
        Assert.Contains("task_child", transcript.Senders);
    }

    [Fact]
    public void AnotherAgentsWord_IsNoEnd()
    {
        Begin();
        Apply(log.Event(new SubtaskData(AgentTaskStatus.Running) { TaskId = "task_child" }));
        Apply(log.Event(new MessageData("w", EntryRole.Subtask, "How goes it?") { State = EntryState.Stored, From = "task_child" }));
        Assert.Null(Assert.Single(transcript.Queue).ToldEnd);
    }

    [Fact]
    public void NewsBehindTheEnd_StandInTheTranscript()
    {
        Begin();
        Apply(log.RunBegan(), log.RunEnded(RunOutcome.Cancelled), log.Status(AgentTaskStatus.Cancelled, AgentTaskStatus.Running));
        Apply([.. log.ChildEnded("task_child", AgentTaskStatus.Cancelled)]);
        Assert.Empty(transcript.Queue);
        Assert.Equal("end:Cancelled | SubtaskItem | Subtask:It said: 6.", Text);
    }

    [Fact]
    public void ReplayedAndLive_HaveTheSameQueue()
    {
        StreamFrame[] frames = [log.RunBegan(), log.Queued("a", "One"), log.Queued("b", "Two"), log.Queued("b", "Two"), log.Queued("a", "One")];
        Begin();
        Apply(frames);
        var replayed = new TaskTranscriptTests();
        replayed.Apply([TaskLogBuilder.Snapshot(ATask.With(lastSeq: log.LastSeq)), .. frames]);
        Assert.Equal(("Two | One", "Two | One"), (Waiting, replayed.Waiting));
    }
}
