using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.App.Components.People;
using TaskDashboard.App.Components.Requests;
using TaskDashboard.App.People;
using TaskDashboard.App.ViewModels.Family;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.Components;

/// <summary>Who only reads along sees everything, and nothing that they could not do.</summary>
public class ReadOnlyTests : ChatContext
{
    [Fact]
    public void Header_HasNeitherStopNorDelete_AndATitleThatStays()
    {
        var task = ATask.With("task_000001", AgentTaskStatus.Running);

        var header = Render<CascadingValue<TaskFamily>>(parts => parts
            .Add(part => part.Value, new TaskFamily(Store))
            .AddChildContent<ChatHeader>(inner => inner.Add(part => part.Task, task).Add(part => part.MayWrite, false)));

        Assert.Equal(task.Title, header.Find("h1").TextContent);
        Assert.Empty(header.FindAll("[data-action=stop], .title-button"));
    }

    [Theory]
    [InlineData(RunOutcome.Completed)]
    [InlineData(RunOutcome.Failed)]
    public void End_SaysHowItEnded_AndNotHowToGoOn(RunOutcome outcome)
    {
        var ending = Render<CascadingValue<bool>>(parts => parts
            .Add(part => part.Name, "IsReadOnly").Add(part => part.Value, true)
            .AddChildContent<EndingView>(inner => inner.Add(part => part.Ending, new EndingItem("end", "run_1") { Outcome = outcome }).Add(part => part.IsLast, true)));

        Assert.NotNull(ending.Find("section.ending strong"));
        Assert.Empty(ending.FindAll("button, .muted"));
    }

    [Theory]
    [InlineData(PersonRole.Viewer, false)]
    [InlineData(PersonRole.Member, true)]
    public void OwnChat_CanBeShared_UnlessItsPersonOnlyLooksOnByNow(PersonRole role, bool shares)
    {
        People.Take(new Person { Id = "user_bea", UserName = "bea", DisplayName = "Bea", Role = role });
        Services.GetRequiredService<CurrentCaller>().Set(() => People.Find("user_bea")!.Caller);
        var task = ATask.With("task_000001", AgentTaskStatus.Completed);

        var button = Render<ShareButton>(parts => parts.Add(part => part.Task, task with { PersonId = "user_bea", AccessChatId = task.ChatId }));

        Assert.Equal(shares, button.FindAll("[data-action=share]").Count == 1);
    }

    [Theory]
    [InlineData(RequestKind.Approval)]
    [InlineData(RequestKind.Question)]
    public void OpenRequest_SaysThatOthersHaveToAnswer_AndHasNoWayTo(RequestKind kind)
    {
        var request = new TaskRequest { RequestId = "request_1", TaskId = "task_000001", RunId = "run_1", CallId = "call_1", Kind = kind, Prompt = "May it?", Options = ["yes"], CreatedAt = Time.GetUtcNow() };

        var card = Render<CascadingValue<bool>>(parts => parts
            .Add(part => part.Name, "IsReadOnly").Add(part => part.Value, true)
            .AddChildContent<RequestCard>(inner => inner.Add(part => part.Request, request)));

        Assert.Contains("May it?", card.Markup, StringComparison.Ordinal);
        Assert.Empty(card.FindAll("button, input, textarea"));
    }
}
