using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Tasks;

/// <summary>A name stands for one live task of a chat, and is free again once that has ended.</summary>
public sealed class TaskNameTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TaskThatGoesOn_WhileALiveOneHasItsName_IsRefused_AndGoesOnOnceThatHasEnded(bool byMessage)
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("First", Fails("No."), Says("Done.")).For("Second", SaysAfter(gate.Task, "Done.")).Play);
        var first = await engine.CreateAsync("First", command => command with { Name = "bob" });
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Failed);
        var second = await engine.CreateAsync("Second", command => command with { Name = "bob", ChatId = first.ChatId });
        Task GoOnAsync() => byMessage ? engine.Tasks.SendMessageAsync(first.Id, new SendMessage("Go on")) : engine.Tasks.RetryAsync(first.Id);

        var refused = await Assert.ThrowsAsync<RefusedException>(GoOnAsync);
        var refusedFirst = (await engine.Reader.FindAsync(first.Id))!;
        gate.SetResult();
        await engine.WaitForAsync(second.Id, AgentTaskStatus.Completed);
        await GoOnAsync();

        Assert.Equal((RefusalKind.Conflict, "name_taken"), (refused.Kind, refused.Code));
        Assert.Equal((AgentTaskStatus.Failed, 0, 1), (refusedFirst.Status, refusedFirst.QueuedMessages, refusedFirst.RunCount));
        Assert.Equal(2, (await engine.WaitForAsync(first.Id, AgentTaskStatus.Completed)).RunCount);
    }
}
