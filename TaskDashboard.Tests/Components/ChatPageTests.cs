using Bunit;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

public class ChatPageTests : PageContext
{
    private readonly TaskLogBuilder log = new();

    private IRenderedComponent<TaskChat> Open() => Render<TaskChat>(chat => chat.Add(page => page.TaskId, "task_000001"));

    /// <summary>Moves the clock, so that what is throttled is drawn, until the page shows what is asked.</summary>
    private Task Until(Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        Time.Advance(TimeSpan.FromMilliseconds(50));
        return condition();
    });

    [Fact]
    public async Task ATask_StreamsIn_AsMarkdown()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 1)), log.Said("u", "Do it", EntryRole.User, EntryState.Read), log.Delta("m", 0, "It is **do"));
        await Until(() => page.FindAll("[data-kind=agent]").Count == 1);
        Assert.Equal("Do it", page.Find("[data-kind=user] .message-text").TextContent);
        Assert.Contains("streaming", page.Find("[data-kind=agent]").ClassName, StringComparison.Ordinal);

        Feed.Send(log.Delta("m", 10, "ne**."));
        await Until(() => page.FindAll("[data-kind=agent] strong").Count == 1);
        Feed.Send(log.Said("m", "It is **done**."));
        await Until(() => !page.Find("[data-kind=agent]").ClassName!.Contains("streaming", StringComparison.Ordinal));
        Assert.Equal("It is done.", page.Find("[data-kind=agent] .markdown").TextContent.Trim());
    }

    [Fact]
    public async Task AFailedTool_OpensByItself_AndAQuietOneDoesNot()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 4)), log.Called("good"), log.Returned("good"), log.Called("bad"), log.Returned("bad", StepOutcome.Error, "There is no such file."));
        await Until(() => page.FindAll("[data-kind=tool]").Count == 2);
        Assert.False(page.Find("[data-call-id=good]").HasAttribute("open"));
        Assert.True(page.Find("[data-call-id=bad]").HasAttribute("open"));
        Assert.Contains("There is no such file.", page.Find("[data-call-id=bad]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QuietSteps_AreOneLine_AndDrawnOnlyWhenOpened()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 600)));
        for (var index = 0; index < 300; index++) Feed.Send(log.Called($"c{index}"), log.Returned($"c{index}"));
        await Until(() => page.FindAll("[data-kind=steps]").Count == 1);
        Assert.Contains("300 steps · 5 min 0 s", page.Find("[data-kind=steps] summary").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-kind=tool]"));
        page.Find("[data-kind=steps] summary").Click();
        Assert.Equal(50, page.FindAll("[data-kind=tool]").Count);
        page.Find("[data-kind=tool] summary").Click();
        Assert.Contains("\"path\": \"a.txt\"", page.Find("[data-kind=tool] .tool-body").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailedTask_SaysWhyAndRetries()
    {
        var page = Open();
        Feed.Send(
            TaskLogBuilder.Snapshot(ATask.With(status: AgentTaskStatus.Failed, reason: ReasonCodes.Provider, text: "The provider is away.", lastSeq: 3)),
            log.RunBegan(),
            log.RunEnded(RunOutcome.Failed, "The provider is away."),
            log.Status(AgentTaskStatus.Failed, AgentTaskStatus.Running, ReasonCodes.Provider, "The provider is away."));
        await Until(() => page.FindAll("[data-kind=ending]").Count == 1);
        Assert.Contains("The provider is away.", page.Find("[data-kind=ending]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("header [data-action=stop]"));
        page.Find("[data-kind=ending] [data-action=retry]").Click();
        Assert.Equal(["task_000001"], Tasks.Retried);
    }

    [Fact]
    public async Task Stop_CancelsTheTask_AndIsGoneOnceItIsStopping()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With()));
        await Until(() => page.FindAll("header [data-action=stop]").Count == 1);
        page.Find("header [data-action=stop]").Click();
        Assert.Equal(["task_000001"], Tasks.Cancelled);
        Feed.Send(log.Status(AgentTaskStatus.Running, AgentTaskStatus.Running, ReasonCodes.Stopping, "Stopping."));
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
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With()), log.Event(new TaskDashboard.Core.Events.DeletedData()));
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
}
