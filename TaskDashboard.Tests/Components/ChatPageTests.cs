using Bunit;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.ViewModels;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Components;

public class ChatPageTests : ChatContext
{
    [Fact]
    public async Task ATask_StreamsIn_AsMarkdown()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 1)), Log.Said("u", "Do it", EntryRole.User, EntryState.Read), Log.Delta("m", 0, "It is **do"));
        await Until(() => page.FindAll("[data-kind=agent]").Count == 1);
        Assert.Equal("Do it", page.Find("[data-kind=user] .message-text").TextContent);
        Assert.Contains("streaming", page.Find("[data-kind=agent]").ClassName, StringComparison.Ordinal);

        Feed.Send(Log.Delta("m", 10, "ne**."));
        await Until(() => page.FindAll("[data-kind=agent] strong").Count == 1);
        Feed.Send(Log.Said("m", "It is **done**."));
        await Until(() => !page.Find("[data-kind=agent]").ClassName!.Contains("streaming", StringComparison.Ordinal));
        Assert.Equal("It is done.", page.Find("[data-kind=agent] .markdown").TextContent.Trim());
    }

    [Fact]
    public async Task AFailedTool_OpensByItself_AndAQuietOneDoesNot()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 4)), Log.Called("good"), Log.Returned("good"), Log.Called("bad"), Log.Returned("bad", StepOutcome.Error, "There is no such file."));
        await Until(() => page.FindAll("[data-kind=tool]").Count == 2);
        Assert.False(page.Find("[data-call-id=good]").HasAttribute("open"));
        Assert.True(page.Find("[data-call-id=bad]").HasAttribute("open"));
        Assert.Contains("There is no such file.", page.Find("[data-call-id=bad]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACallThatSaysHowFarItIs_HasABar_UntilItIsDone()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 2)), Log.Called("call"), Log.Event(new ProgressData("Reading", 0.25) { CallId = "call" }));
        await Until(() => page.FindAll("[role=progressbar]").Count == 1);
        Assert.Equal(("25", "Progress of Read a.txt"), (page.Find("[role=progressbar]").GetAttribute("aria-valuenow"), page.Find("[role=progressbar]").GetAttribute("aria-label")));
        Assert.Equal("Reading", page.Find(".tool-news").TextContent);
        Feed.Send(Log.Returned("call"));
        await Until(() => page.FindAll("[role=progressbar]").Count == 0);
    }

    [Fact]
    public async Task QuietSteps_AreOneLine_AndDrawnOnlyWhenOpened()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 600)));
        for (var index = 0; index < 300; index++) Feed.Send(Log.Called($"c{index}"), Log.Returned($"c{index}"));
        await Until(() => page.FindAll("[data-kind=steps]").Count == 1);
        Assert.Contains("300 steps · 5 min 0 s", page.Find("[data-kind=steps] summary").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-kind=tool]"));
        await page.Find("[data-kind=steps] summary").ClickAsync(new());
        Assert.Equal(50, page.FindAll("[data-kind=tool]").Count);
        await page.Find("[data-kind=tool] summary").ClickAsync(new());
        Assert.Contains("\"path\": \"a.txt\"", page.Find("[data-kind=tool] .tool-body").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailedTask_SaysWhyAndRetries()
    {
        var page = Open();
        Feed.Send(
            TaskLogBuilder.Snapshot(ATask.With(status: AgentTaskStatus.Failed, reason: ReasonCodes.Provider, text: "The provider is away.", lastSeq: 3)),
            Log.RunBegan(),
            Log.RunEnded(RunOutcome.Failed, "The provider is away."),
            Log.Status(AgentTaskStatus.Failed, AgentTaskStatus.Running, ReasonCodes.Provider, "The provider is away."));
        await Until(() => page.FindAll("[data-kind=ending]").Count == 1);
        Assert.Contains("The provider is away.", page.Find("[data-kind=ending]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("header [data-action=stop]"));
        page.Find("[data-kind=ending] [data-action=retry]").Click();
        await Until(() => Tasks.Retried.Count > 0);
        Assert.Equal(["task_000001"], Tasks.Retried);
    }

    [Fact]
    public async Task Stop_CancelsTheTask_AndIsGoneOnceItIsStopping()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With()));
        await Until(() => page.FindAll("header [data-action=stop]").Count == 1);
        await page.Find("header [data-action=stop]").ClickAsync(new());
        Assert.Equal(["task_000001"], Tasks.Cancelled);
        Feed.Send(Log.Status(AgentTaskStatus.Running, AgentTaskStatus.Running, ReasonCodes.Stopping, "Stopping."));
        await Until(() => page.Find("header [data-action=stop]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task AMessage_GoesToTheTask_AndOneThatIsRefusedSaysWhy()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With()));
        await Until(() => page.FindAll("[data-testid=composer]").Count == 1);
        var composer = page.FindComponent<Composer>().Instance;
        Assert.True(await page.InvokeAsync(() => composer.SendAsync("Also this", true, "id-1")));
        Assert.Equal(("task_000001", new SendMessage("Also this", MessageMode.Steer, "id-1")), Assert.Single(Tasks.Sent));

        Tasks.Refusal = RefusedException.Draining();
        Assert.False(await page.InvokeAsync(() => composer.SendAsync("And this", false, "id-2")));
        Assert.Contains("stopping", page.Find(".composer-problem").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownTask_IsSaidPlainly()
    {
        Feed.Refusal = RefusedException.NotFound("task", "task_000001");
        var page = Open();
        await Until(() => page.FindAll(".empty-state").Count == 1);
        Assert.Contains("There is no such task", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATaskDeletedWhileWatched_IsSaidPlainly()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With()), Log.Event(new TaskDashboard.Core.Events.DeletedData()));
        await Until(() => page.Markup.Contains("This task was deleted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leaving_EndsTheWatch_AndNothingElse()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With()));
        await Until(() => page.FindAll("header h1").Count == 1);
        await DisposeComponentsAsync();
        await Eventually.TrueAsync(() => Feed.Watching == 0);
        Assert.Empty(Tasks.Cancelled);
    }

    [Fact]
    public async Task ANewChat_TakesTheAgentOfTheAddress_AndItsFirstMessageMakesTheTask()
    {
        Navigation.NavigateTo("chat?agentId=agent_b");
        var page = Render<ChatPage>();
        Assert.True(page.Find("[data-agent-id=agent_b] input").HasAttribute("checked"));
        Assert.True(await page.InvokeAsync(() => page.FindComponent<Composer>().Instance.SendAsync("Look it up", false, "id-1")));
        var created = Assert.Single(Tasks.Created);
        Assert.Equal(("agent_b", "Look it up"), (created.AgentId, created.Message));
        Assert.EndsWith("chat?taskId=task_new", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANewChat_ThatIsRefused_StaysAndSaysWhy()
    {
        Tasks.Refusal = RefusedException.Validation("message", "A message may have 1 MiB at most.");
        var page = Render<ChatPage>();
        Assert.False(await page.InvokeAsync(() => page.FindComponent<Composer>().Instance.SendAsync("Long", false, "id-1")));
        Assert.Contains("1 MiB", page.Find(".composer-problem").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("taskId", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APersonsMessage_SaysThatItIsStored_ThenThatItWasRead_AndWhere()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(status: AgentTaskStatus.Pending, lastSeq: 1)), Log.Said("u", "Do it", EntryRole.User));
        await Until(() => page.FindAll("[data-key=u] [data-state=stored]").Count == 1);
        Feed.Send(Log.RunBegan());
        await Until(() => page.FindAll("[data-key=u] [data-state=read]").Count == 1);
        Assert.Equal("Read by the agent at step 1", page.Find("[data-key=u] .message-state").GetAttribute("title"));
    }

    [Fact]
    public async Task WhileAMessageIsOnItsWay_TheComposerSaysSo()
    {
        var page = await OpenAsync(ATask.With());
        Tasks.Gate = new TaskCompletionSource();
        var sending = page.InvokeAsync(() => page.FindComponent<Composer>().Instance.SendAsync("Also this", false, "id-1"));
        await Until(() => page.FindAll("[data-testid=sending]").Count == 1);
        Assert.Contains("Also this", page.Find("[data-testid=sending]").TextContent, StringComparison.Ordinal);
        Tasks.Gate.SetResult();
        Assert.True(await sending);
        await Until(() => page.FindAll("[data-testid=sending]").Count == 0);
    }

    [Fact]
    public async Task TheReason_StandsInTheHeader_WithTheTimeThatTheBrowserCountsDown()
    {
        var task = ATask.With(status: AgentTaskStatus.Pending, reason: ReasonCodes.Retry, text: "Attempt 2 of 3 starts at noon.") with { DueAt = ATask.Noon, Attempt = 1, MaxAttempts = 3 };
        var page = await OpenAsync(task);
        var reason = page.Find("header [data-testid=reason]");
        Assert.Contains("Attempt 2 of 3", reason.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("2026-03-04T12:00:00", reason.QuerySelector("due-time")!.GetAttribute("at"), StringComparison.Ordinal);

        page.Find("header [data-action=run-now]").Click();
        await Until(() => Tasks.Retried.Count == 1);
    }

    [Fact]
    public async Task APlaceInTheQueue_MovesWhenOthersStart_AtMostOnceASecond()
    {
        AgentTask Queued(int place) => ATask.With(status: AgentTaskStatus.Pending, reason: ReasonCodes.Slot, text: $"It waits for a slot; it is number {place} in the queue.");
        var page = await OpenAsync(Queued(9));
        Services.GetRequiredService<LiveTaskList>().Start();
        Store.Tasks[0] = Queued(2);
        Feed.Send(ChannelFeed.Changed(ATask.With("task_000002"), AgentTaskStatus.Pending));
        await UntilSaid(page, "header [data-testid=reason]", "number 2");

        var reads = Store.Found.Count;
        Store.Tasks[0] = Queued(1);
        for (var change = 3; change < 40; change++) Feed.Send(ChannelFeed.Changed(ATask.With("task_000003", version: change), AgentTaskStatus.Pending, change));
        await UntilSaid(page, "header [data-testid=reason]", "number 1");
        Assert.InRange(Store.Found.Count - reads, 1, 3);
    }
}
