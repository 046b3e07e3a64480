using System.Net;
using System.Net.Http.Json;
using TaskDashboard.App.CommandLine;
using TaskDashboard.Core.People;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.People;

namespace TaskDashboard.Tests.CommandLine;

/// <summary>A watch of which the right is taken away ends, also where the task says nothing more; it does not knock for ever.</summary>
public sealed class LostAccessTests : IAsyncLifetime
{
    private readonly TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Town town = null!;
    private string taskId = null!;
    private string chatId = null!;

    public async Task InitializeAsync()
    {
        town = await Town.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["One moment."], gate.Task, token)));
        using var made = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Take your time" });
        var task = await made.JsonAsync(HttpStatusCode.Created);
        (taskId, chatId) = (task.Id(), task.String("chat_id")!);
    }

    public Task DisposeAsync() => town.DisposeAsync().AsTask();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KeyThatIsRevoked_EndsTheWatching_WithFour(bool json)
    {
        var bea = await town.AtTheTerminalAsync("bea", ApiScope.Read);

        var result = await WatchUntilAsync(bea, json, async () =>
        {
            using var revoked = await town.Bea.DeleteAsync($"/api/keys/{bea.Key.Id}");
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        });

        result.Exited(ExitCodes.NotAllowed);
        Assert.Contains("The watching has ended: the server does not let you in any more. The task goes on without it.", result.Error, StringComparison.Ordinal);
        Assert.Contains("unknown, expired or revoked", result.Error, StringComparison.Ordinal);
        Assert.Contains("The key came from TASKDASHBOARD_KEY", result.Error, StringComparison.Ordinal);
        Assert.Contains($"tasks watch {taskId} --after ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("connecting again", result.Error, StringComparison.Ordinal);
        if (json) result.GaplessFrom(1);
    }

    [Fact]
    public async Task PersonWhoIsLockedOut_WatchesNoMore()
    {
        var bea = await town.AtTheTerminalAsync("bea");

        var result = await WatchUntilAsync(bea, json: true, async () =>
        {
            using var locked = await town.Ada.PatchAsJsonAsync($"/api/people/{town.Find("bea").UserId}", new { disabled = true });
            await locked.JsonAsync();
        });

        Assert.Contains("does not let you in any more", result.Exited(ExitCodes.NotAllowed).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShareThatIsTakenBack_EndsTheWatching_WithFour()
    {
        var carl = await town.AtTheTerminalAsync("carl");
        var share = $"/api/chats/{chatId}/shares/{town.Find("carl").UserId}";
        using (var shared = await town.Bea.PutAsJsonAsync(share, new { can_write = false })) await shared.JsonAsync();

        var result = await WatchUntilAsync(carl, json: true, async () => (await town.Bea.DeleteAsync(share)).Dispose());

        result.Exited(ExitCodes.NotAllowed).GaplessFrom(1);
        Assert.Contains("The watching has ended: the task is no longer shared with you.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("connecting again", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TaskThatIsDeleted_EndsTheWatching_AsTheCancelThatItBeginsWith()
    {
        var bea = await town.AtTheTerminalAsync("bea");

        var result = await WatchUntilAsync(bea, json: false, async () => (await town.Bea.DeleteAsync($"/api/tasks/{taskId}")).Dispose());

        Assert.DoesNotContain("The watching has ended", result.Exited(ExitCodes.Cancelled).Error, StringComparison.Ordinal);
    }

    /// <summary>Does something once the watching shows what there is, and the model keeps silent.</summary>
    private async Task<CliResult> WatchUntilAsync(Townsman who, bool json, Func<Task> change)
    {
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watched = who with { Cli = who.Cli with { Heard = text => { if (text.Contains(json ? "\"reason\":\"model\"" : "> Take your time", StringComparison.Ordinal)) shown.TrySetResult(); } } };
        var watching = watched.RunAsync(["tasks", "watch", taskId, .. json ? ["--json"] : Array.Empty<string>()]);
        await shown.Task.WaitAsync(Fixtures.DashboardApplication.Bound);
        await change();
        return await watching;
    }
}
