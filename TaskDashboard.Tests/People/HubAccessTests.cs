using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.People;

/// <summary>The hub asks who it is, as pages and endpoints do, and goes on asking.</summary>
public sealed class HubAccessTests : IAsyncLifetime
{
    private Town town = null!;
    private string task = "";
    private string chat = "";

    public async Task InitializeAsync()
    {
        town = await Town.StartAsync(new AgentScript().For("Plum", Says("Done.")).For("More plum", Says("Done.")).For("Pear", Says("Done.")).Play);
        (task, chat) = await AskAsync(town.Bea, "Plum");
    }

    public Task DisposeAsync() => town.DisposeAsync().AsTask();

    [Fact]
    public async Task WhoDoesNotSayWhoTheyAre_IsNotLetIn()
    {
        await Assert.ThrowsAsync<WebSocketException>(() => HubConnection.OpenAsync(town.Program.Address));
        await Assert.ThrowsAsync<WebSocketException>(() => HubConnection.OpenAsync(town.Program.Address, key: "td_unknown"));
    }

    [Theory]
    [InlineData("StreamTask")]
    [InlineData("StreamChat")]
    public async Task WhatIsNotTheirs_IsNotThere(string method)
    {
        await using var hub = await OpenAsync("carl");

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var frame in hub.StreamAsync(method, method == "StreamTask" ? task : chat, 0)) Assert.Fail($"{frame}");
        });

        Assert.Contains("not_found", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_AreTheirOwnOnly()
    {
        await using var hub = await OpenAsync("carl");
        string? own = null;
        await foreach (var frame in hub.StreamAsync("StreamChanges"))
        {
            Assert.DoesNotContain(task, frame.GetRawText(), StringComparison.Ordinal);
            if (frame.String("event") == "snapshot")
            {
                (await town.Bea.PostAsJsonAsync($"/api/tasks/{task}/message", new { message = "More plum" })).EnsureSuccessStatusCode().Dispose();
                await town.Program.WaitForAsync(task, row => row.RunCount == 2 && row.Status == AgentTaskStatus.Completed);
                own = (await AskAsync(town.Carl, "Pear")).Task;
            }
            else if (own is not null && frame.GetRawText().Contains(own, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail("The own task was not told of.");
    }

    [Fact]
    public async Task ShareThatIsTakenBack_EndsTheStream_BeforeAnythingMoreIsSeen()
    {
        var carl = town.Find("carl").UserId;
        (await town.Bea.PutAsJsonAsync($"/api/chats/{chat}/shares/{carl}", new { can_write = false })).EnsureSuccessStatusCode().Dispose();
        await using var hub = await OpenAsync("carl");
        var seen = await ReadOnAsync(hub, async () => (await town.Bea.DeleteAsync($"/api/chats/{chat}/shares/{carl}")).EnsureSuccessStatusCode().Dispose());

        Assert.DoesNotContain(seen, frame => frame.Contains("More plum", StringComparison.Ordinal));
    }

    [Fact]
    public async Task KeyThatIsRevoked_EndsTheStream_BeforeAnythingMoreIsSeen()
    {
        var (key, secret) = await town.Keys.CreateAsync(town.Find("bea").UserId, "Hub", ApiScope.Read, null);
        await using var hub = await HubConnection.OpenAsync(town.Program.Address, key: secret);
        var seen = await ReadOnAsync(hub, async () => Assert.True(await town.Keys.RevokeAsync(key.UserId, key.Id)));

        Assert.DoesNotContain(seen, frame => frame.Contains("More plum", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hub_OverLongPolling_KnowsTheHolderOfAKey()
    {
        using var client = town.Program.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await SecretOfAsync("bea"));
        using var negotiated = await client.PostAsync("/hubs/tasks/negotiate?negotiateVersion=1", null);
        var address = $"/hubs/tasks?id={(await negotiated.JsonAsync()).String("connectionToken")}";
        (await client.GetAsync(address)).EnsureSuccessStatusCode().Dispose();
        await SendAsync("""{"protocol":"json","version":1}""");
        await SendAsync(JsonSerializer.Serialize(new { type = 4, invocationId = "1", target = "StreamTask", arguments = new object?[] { task, null } }));

        var said = new StringBuilder();
        using var bound = new CancellationTokenSource(DashboardApplication.Bound);
        while (!said.ToString().Contains("\"type\":3", StringComparison.Ordinal)) said.Append(await client.GetStringAsync(address, bound.Token));
        Assert.Contains("Plum", said.ToString(), StringComparison.Ordinal);

        async Task SendAsync(string json) => (await client.PostAsync(address, new StringContent(json + '\u001e'))).EnsureSuccessStatusCode().Dispose();
    }

    /// <summary>Watches the chat, takes the right to away, has something happen there, and gives what was seen behind that, until the stream ends.</summary>
    private async Task<List<string>> ReadOnAsync(HubConnection hub, Func<Task> takeAway)
    {
        var seen = new List<string>();
        await foreach (var frame in hub.StreamAsync("StreamChat", chat, 0))
        {
            seen.Add(frame.GetRawText());
            if (frame.String("event") != "snapshot") continue;
            await takeAway();
            (await town.Bea.PostAsJsonAsync($"/api/tasks/{task}/message", new { message = "More plum" })).EnsureSuccessStatusCode().Dispose();
        }

        return seen;
    }

    private async Task<HubConnection> OpenAsync(string userName) =>
        await HubConnection.OpenAsync(town.Program.Address, key: await SecretOfAsync(userName));

    private async Task<string> SecretOfAsync(string userName) => (await town.Keys.CreateAsync(town.Find(userName).UserId, "Hub", ApiScope.Read, null)).Secret;

    private async Task<(string Task, string Chat)> AskAsync(HttpClient client, string message)
    {
        using var made = await client.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message });
        var row = await made.JsonAsync(System.Net.HttpStatusCode.Created);
        await town.Program.WaitForAsync(row.Id(), AgentTaskStatus.Completed);
        return (row.Id(), row.String("chat_id")!);
    }
}
