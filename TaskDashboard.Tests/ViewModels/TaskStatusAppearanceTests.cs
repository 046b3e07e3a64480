using TaskDashboard.App.ViewModels;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.ViewModels;

public class TaskStatusAppearanceTests
{
    [Theory]
    [InlineData(AgentTaskStatus.Pending, ReasonCodes.Slot, "clock", "Status.Pending", "pending")]
    [InlineData(AgentTaskStatus.Running, ReasonCodes.Model, "spinner", "Status.Running", "running")]
    [InlineData(AgentTaskStatus.Running, ReasonCodes.Stopping, "spinner", "Status.Stopping", "pending")]
    [InlineData(AgentTaskStatus.Waiting, ReasonCodes.Question, "hand", "Status.NeedsYou", "waiting")]
    [InlineData(AgentTaskStatus.Waiting, ReasonCodes.RateLimit, "hourglass", "Status.Waiting", "waiting")]
    [InlineData(AgentTaskStatus.Waiting, ReasonCodes.Paused, "pause", "Status.Paused", "waiting")]
    [InlineData(AgentTaskStatus.Completed, null, "check", "Status.Completed", "completed")]
    [InlineData(AgentTaskStatus.Failed, ReasonCodes.Provider, "cross", "Status.Failed", "failed")]
    [InlineData(AgentTaskStatus.Cancelled, null, "ban", "Status.Cancelled", "cancelled")]
    public void For_EachStatus_IsIconWordAndColour(AgentTaskStatus status, string? reason, string icon, string label, string tone)
    {
        var look = TaskStatusAppearance.For(ATask.With(status: status, reason: reason));
        Assert.Equal((icon, label, tone), (look.Icon, look.LabelKey, look.Tone));
    }

    [Fact]
    public void For_AWaitingTask_SaysWhy() =>
        Assert.Equal("It asks you something.", TaskStatusAppearance.For(ATask.ThatAsks("task_1")).Detail);

    [Fact]
    public void MayQueue_WhatWaitsForASlot_AndWhatGaveItsSlotUp()
    {
        Assert.True(TaskStatusAppearance.MayQueue(ATask.With(status: AgentTaskStatus.Pending, reason: ReasonCodes.Slot)));
        Assert.True(TaskStatusAppearance.MayQueue(ATask.With(status: AgentTaskStatus.Waiting, reason: ReasonCodes.Subtasks)));
        Assert.False(TaskStatusAppearance.MayQueue(ATask.With(status: AgentTaskStatus.Pending, reason: ReasonCodes.Delayed)));
        Assert.False(TaskStatusAppearance.MayQueue(ATask.With(reason: ReasonCodes.Tool)));
    }

    [Fact]
    public void CanRunNow_OnlyWhileItWaitsForItsNextAttempt()
    {
        Assert.True(TaskStatusAppearance.CanRunNow(ATask.With(status: AgentTaskStatus.Pending, reason: ReasonCodes.Retry)));
        Assert.False(TaskStatusAppearance.CanRunNow(ATask.With(status: AgentTaskStatus.Pending, reason: ReasonCodes.Delayed)));
        Assert.False(TaskStatusAppearance.CanRunNow(ATask.With(status: AgentTaskStatus.Failed)));
    }

    [Fact]
    public void CanStop_OnlyWhileThereIsSomethingToStop_AndOnlyOnce()
    {
        Assert.True(TaskStatusAppearance.CanStop(ATask.With(status: AgentTaskStatus.Pending)));
        Assert.True(TaskStatusAppearance.CanStop(ATask.With(status: AgentTaskStatus.Waiting)));
        Assert.False(TaskStatusAppearance.CanStop(ATask.With(reason: ReasonCodes.Stopping)));
        Assert.False(TaskStatusAppearance.CanStop(ATask.With(status: AgentTaskStatus.Completed)));
    }
}
