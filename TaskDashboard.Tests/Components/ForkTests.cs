using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.Components.Forks;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Comparisons;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.Components;

/// <summary>What the pages offer to make out of a task, and how they show what was made.</summary>
public class ForkTests : ChatContext
{
    [Fact]
    public async Task MessagesThatWereSaid_CanBeGoneOnFrom_AndThoseThatWaitCannot()
    {
        Store.Tasks.Add(ATask.With());
        var page = await OpenAsync(ATask.With());
        Feed.Send(Log.Said("msg_1", "Hello", EntryRole.User));
        Feed.Send(Log.RunBegan());
        Feed.Send(Log.Said("msg_2", "Good day."));
        Feed.Send(Log.Queued("msg_3", "Later"));
        await UntilSaid(page, "[data-kind=agent]", "Good day.");
        await UntilSaid(page, "[data-message-id=msg_3]", "Later");

        Assert.Equal("Edit and continue in a new chat", page.Find("[data-key=msg_1] [data-action=edit-message]").GetAttribute("aria-label"));
        Assert.Single(page.FindAll("[data-key=msg_2] [data-action=continue-here]"));
        Assert.Single(page.FindAll("[data-action=edit-message]"));
    }

    [Fact]
    public async Task WhatIsCopied_IsOneLine_ThatOpens()
    {
        var origin = new TaskOrigin(OriginKind.Fork) { TaskId = "task_old", MessageId = "msg_old" };
        var fork = ATask.With() with { Origin = origin };
        Store.Tasks.AddRange([fork, ATask.With("task_old", title: "Sums")]);
        Forks.Made.Add(ATask.With("task_next", title: "Next") with { Origin = new TaskOrigin(OriginKind.Rerun) { TaskId = fork.Id } });
        var page = await OpenAsync(fork);
        Feed.Send(Log.Event(new MessageData("msg_1", EntryRole.User, "Six times seven?") { State = EntryState.Read, Copied = true }));
        Feed.Send(Log.Event(new MessageData("msg_2", EntryRole.Assistant, "It is 42.") { Copied = true }));
        Feed.Send(Log.Said("msg_3", "And half of it?", EntryRole.User));
        await UntilSaid(page, ".copied-history > summary", "From “Sums” · until “It is 42.”");

        await Until(() => page.FindAll("[data-kind=user]").Count == 1);
        await page.Find(".copied-history > summary").ClickAsync(new MouseEventArgs());
        Assert.Equal(2, page.FindAll("[data-kind=user]").Count);
        Assert.Single(page.FindAll("[data-key=msg_1] [data-action=edit-message]"));
        Assert.Equal("chat?taskId=task_old", page.Find("[data-tie=origin] a").GetAttribute("href"));
        Assert.Equal("chat?taskId=task_next", page.Find("[data-tie=made] a").GetAttribute("href"));
    }

    [Fact]
    public async Task EditDialog_SendsTheTextFromTheMessage_AndSaysWhatIsWrong()
    {
        var dialog = Render<ForkDialog>(form => form.Add(one => one.Task, ATask.With()).Add(one => one.MessageId, "msg_1").Add(one => one.IsEdit, true).Add(one => one.Text, "Hello"));
        Assert.Equal("Hello", dialog.Find("textarea").GetAttribute("value"));
        Assert.Contains("as they are now, not as they were then", dialog.Find(".hint").TextContent, StringComparison.Ordinal);
        dialog.Find("textarea").Input(" ");
        await dialog.Find("form").SubmitAsync();
        Assert.Empty(Forks.Asked);
        Forks.Refusal = RefusedException.Conflict("history_too_long", "Too long.");
        dialog.Find("textarea").Input("Good day");
        await dialog.Find("form").SubmitAsync();
        Assert.Contains("Too long.", dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Forks.Refusal = null;
        await dialog.Find("form").SubmitAsync();

        var asked = Assert.IsType<ForkTask>(Forks.Asked[^1]);
        Assert.Equal(("task_000001", "msg_1", "Good day"), (asked.TaskId, asked.MessageId, asked.Text));
        Assert.Equal(Forks.Asked[0].IdempotencyKey, asked.IdempotencyKey);
    }

    [Fact]
    public async Task NewTask_GivesOneOrderToSeveral()
    {
        Forks.Comparison = new Comparison("comparison_1", [ATask.With()]);
        var dialog = Render<NewTaskDialog>();
        dialog.Find("textarea").Input("Count the files");
        dialog.Find("input[name=compare]").Change(true);
        await dialog.Find("[data-action=add-candidate]").ClickAsync(new MouseEventArgs());
        await dialog.Find("form").SubmitAsync();

        var compared = Assert.Single(Forks.Compared);
        Assert.Equal(("Count the files", 3), (compared.Order.Message, compared.Candidates.Count));
        Assert.Empty(Tasks.Created);
        Assert.EndsWith("comparisons/comparison_1", Services.GetRequiredService<Microsoft.AspNetCore.Components.NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ComparisonPage_ShowsEach_AndMarksTheOneThatIsPicked()
    {
        AgentTask Of(string id, int position) => ATask.With(id, AgentTaskStatus.Completed) with { Origin = new TaskOrigin(OriginKind.Comparison) { ComparisonId = "comparison_1", Position = position } };
        Store.Tasks.AddRange([Of("task_a", 0), Of("task_b", 1)]);
        Forks.Comparison = new Comparison("comparison_1", [.. Store.Tasks]);
        var page = Render<ComparisonPage>(one => one.Add(comparison => comparison.Id, "comparison_1"));
        Assert.Equal(2, page.FindAll(".comparison-column").Count);
        Assert.Empty(page.FindAll("[data-action=stop-all]"));
        await page.Find("[data-task-id=task_b] [data-action=pick]").ClickAsync(new MouseEventArgs());

        Assert.Equal([("task_b", false)], Forks.Picked);
        Assert.Single(page.FindAll(".comparison-column.picked[data-task-id=task_b] [data-testid=picked]"));
        Assert.Contains("There is no such comparison", Render<ComparisonPage>(one => one.Add(comparison => comparison.Id, "comparison_2")).Markup, StringComparison.Ordinal);
    }
}
