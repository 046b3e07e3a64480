using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.ViewModels.Transcript;

/// <summary>What the row tells besides the events, and what ends tell.</summary>
public partial class TaskTranscriptTests
{
    [Fact]
    public void ARestart_TellsItsReceipt_WithCallsByTheirTitles()
    {
        Begin();
        var receipt = new RestartReceipt(12, 340, 2, [new InterruptedCall("c1", "read_file", "{}")], [new InterruptedCall("gone", "write_file", "{\"path\":\"b\"}")]);
        Apply(log.RunBegan(), log.Called("c1", "Read a.txt"));
        Apply(log.Event(new RunData("run_1", 1, RunCause.Start) { Outcome = RunOutcome.Interrupted, Receipt = receipt }));
        var notes = transcript.Items.OfType<EndingItem>().Single().Restart!;
        Assert.Equal((12, 340, 2), (notes.Saved, notes.SavedText, notes.Known));
        Assert.Equal("Read a.txt", Assert.Single(notes.Unknown).Title);
        Assert.Equal(("write_file", "{\"path\":\"b\"}"), (notes.NotStarted[0].Title, notes.NotStarted[0].Arguments));
    }

    [Fact]
    public void ATaskCancelledBetweenTwoAttempts_KeepsTheOutcomeOfTheFirst()
    {
        Begin();
        Apply(log.RunBegan(), log.RunEnded(RunOutcome.Failed, "Away."), log.Status(AgentTaskStatus.Pending, AgentTaskStatus.Running, ReasonCodes.Retry, "Later."));
        Apply(log.Status(AgentTaskStatus.Cancelled, AgentTaskStatus.Pending, null, "Cancelled by you."));
        Assert.Equal("end:Failed | end:Cancelled", Text);
    }

    [Fact]
    public void Learn_ANewerRow_TakesItWhole_AndItsEventsChangeNothingAnyMore()
    {
        Begin();
        var usage = log.Event(new UsageData(10, 5, 0, null));
        transcript.Learn(ATask.With(version: 5, lastSeq: 1) with { Attempt = 2, MaxAttempts = 3, Usage = new TaskUsage(10, 5, 0, null) });
        Apply(usage);
        Assert.Equal((2, 15), (transcript.Task!.Attempt, transcript.Task.Usage.Input + transcript.Task.Usage.Output));
    }

    [Fact]
    public void Learn_ARowBehindTheEvents_TakesOnlyWhatTheyDoNotTell()
    {
        Begin();
        Apply(log.Status(AgentTaskStatus.Running, AgentTaskStatus.Pending), log.Said("m", "Hello"), log.Status(AgentTaskStatus.Cancelled, AgentTaskStatus.Running, null, "Cancelled by you."));
        var stop = new StopReceipt(ATask.Noon, "you");
        transcript.Learn(ATask.With(version: 5, lastSeq: 1) with { Stop = stop });
        Assert.Equal((AgentTaskStatus.Cancelled, stop), (transcript.Task!.Status, transcript.Task.Stop));
    }

    [Fact]
    public void Learn_AnOlderRow_IsIgnored()
    {
        Apply(TaskLogBuilder.Snapshot(ATask.With(version: 7, title: "New")));
        transcript.Learn(ATask.With(version: 6, title: "Old"));
        Assert.Equal("New", transcript.Task!.Title);
    }

    [Fact]
    public void IsMoving_WhileAToolIsAtWork_WhateverItsChildrenTell()
    {
        Begin();
        Apply(log.Called("c1"), log.Event(new SubtaskData(AgentTaskStatus.Running) { TaskId = "task_child" }));
        Assert.True(transcript.IsMoving);
    }
}
