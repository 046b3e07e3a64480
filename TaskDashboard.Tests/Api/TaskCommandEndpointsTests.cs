using System.Net;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

public sealed class TaskCommandEndpointsTests : IAsyncLifetime
{
    private readonly TaskCompletionSource gate = new();
    private DashboardApplication app = null!;

    public async Task InitializeAsync() => app = await DashboardApplication.StartAsync();

    public async Task DisposeAsync()
    {
        gate.TrySetResult();
        await app.DisposeAsync();
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData("""{"scope":"tree"}""", 2)]
    [InlineData("""{"scope":"task"}""", 1)]
    public async Task Cancel_ReachesAsFarAsItsScope(string? body, int expected)
    {
        var parent = await StartWaitingAsync();
        var child = await StartWaitingAsync(new { parent_task_id = parent });

        using var response = await app.SendAsync(HttpMethod.Post, $"/api/tasks/{parent}/cancel", body);
        var answer = await response.JsonAsync();

        Assert.True(answer.GetProperty("accepted").GetBoolean());
        Assert.Equal(expected, answer.GetProperty("cancelled_count").GetInt32());
        Assert.Equal("cancelled", answer.String("status"));
        if (expected == 2) await app.WaitForAsync(child, AgentTaskStatus.Cancelled);
        else Assert.Equal(AgentTaskStatus.Running, (await app.Reader.FindAsync(child))!.Status);
    }

    [Fact]
    public async Task Message_ToATaskThatHasEnded_ContinuesItInANewRun()
    {
        var id = (await app.CreateAsync("First")).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);

        using var response = await app.SendAsync(HttpMethod.Post, $"/api/tasks/{id}/message", """{"message":"And more","content":null}""");
        var receipt = await response.JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal("stored", receipt.String("state"));
        var task = await app.WaitForAsync(id, current => current is { RunCount: 2, Status: AgentTaskStatus.Completed });
        var messages = (await app.GetJsonAsync($"/api/tasks/{id}/messages")).Items();
        Assert.Equal(["First", "Done.", "And more", "Done."], messages.Select(message => message.String("text")));
        Assert.Equal(receipt.String("message_id"), messages[2].String("message_id"));
        Assert.Equal(2, task.RunCount);
    }

    [Fact]
    public async Task Message_RepeatedWithItsClientId_IsStoredOnce()
    {
        var id = await StartWaitingAsync();
        const string Body = """{"message":"Hurry","mode":"queue","client_message_id":"m-1"}""";

        using var first = await app.SendAsync(HttpMethod.Post, $"/api/tasks/{id}/message", Body);
        using var again = await app.SendAsync(HttpMethod.Post, $"/api/tasks/{id}/message", Body);

        Assert.Equal((await first.JsonAsync(HttpStatusCode.Accepted)).GetRawText(), (await again.JsonAsync(HttpStatusCode.Accepted)).GetRawText());
        Assert.Single((await app.Reader.ListMessagesAsync(id, 0, 100)), message => message.Text == "Hurry");
    }

    [Fact]
    public async Task Message_ToBeRejectedWhileItRuns_IsAConflict()
    {
        var id = await StartWaitingAsync();

        using var response = await app.SendAsync(HttpMethod.Post, $"/api/tasks/{id}/message", """{"message":"Hurry","mode":"reject"}""");

        await response.ProblemAsync(HttpStatusCode.Conflict, "task_busy");
    }

    [Fact]
    public async Task Retry_OfACancelledTask_RunsItAgain()
    {
        var id = await StartWaitingAsync();
        using var cancelled = await app.Client.PostAsync($"/api/tasks/{id}/cancel", null);
        await app.WaitForAsync(id, AgentTaskStatus.Cancelled);
        app.Model.Always((_, _, _) => ScriptedModelProvider.Say("At last."));

        using var response = await app.Client.PostAsync($"/api/tasks/{id}/retry", null);

        Assert.Equal(id, (await response.JsonAsync()).Id());
        await app.WaitForAsync(id, task => task is { RunCount: 2, Status: AgentTaskStatus.Completed });
    }

    [Fact]
    public async Task Pause_ThenResume_HoldsTheTaskBetweenTwoSteps()
    {
        var asked = new TaskCompletionSource();
        app.Model.Then((_, _, token) =>
        {
            asked.TrySetResult();
            return CallWhenOpen(token);
        });
        var id = (await app.CreateAsync()).Id();
        await asked.Task.WaitAsync(DashboardApplication.Bound);

        using var paused = await app.Client.PostAsync($"/api/tasks/{id}/pause", null);
        Assert.Equal(id, (await paused.JsonAsync()).Id());
        gate.SetResult();
        await app.WaitForAsync(id, task => task is { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.Paused });

        using var resumed = await app.Client.PostAsync($"/api/tasks/{id}/resume", null);
        await resumed.JsonAsync();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);

        async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> CallWhenOpen([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            await gate.Task.WaitAsync(token);
            yield return ScriptedModelProvider.Call("call1", "calculate", ("expression", "1+1"));
        }
    }

    private async Task<string> StartWaitingAsync(object? more = null)
    {
        app.Model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["…"], gate.Task, token));
        var id = (await app.CreateAsync(more: more)).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Running);
        return id;
    }
}
