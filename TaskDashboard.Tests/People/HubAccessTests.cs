using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;

namespace TaskDashboard.Tests.People;

/// <summary>The hub asks who it is as the endpoints do.</summary>
public sealed class HubAccessTests : IAsyncLifetime
{
    private const char RecordEnd = '\u001e';

    private Town town = null!;
    private string taskId = "";
    private string chatId = "";

    public async Task InitializeAsync()
    {
        town = await Town.StartAsync();
        using var made = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "A plum" });
        var task = await made.JsonAsync(HttpStatusCode.Created);
        (taskId, chatId) = (task.Id(), task.String("chat_id")!);
        await town.Program.WaitForAsync(taskId, AgentTaskStatus.Completed);
    }

    public Task DisposeAsync() => town.DisposeAsync().AsTask();

    [Fact]
    public async Task Hub_ShowsATaskAndAChat_ToWhomTheyAreFor_WhileTheirKeyIsGood()
    {
        var (key, secret) = await town.Keys.CreateAsync(town.Find("bea").UserId, "Hub", ApiScope.Read, null);
        await using var bea = await HubConnection.OpenAsync(town.Program.Address, key: secret);
        Assert.Contains("plum", await ReadAsync(bea, "StreamTask", taskId), StringComparison.Ordinal);

        await town.Keys.RevokeAsync(key.UserId, key.Id);
        Assert.Contains("not_found", await RefusalAsync(bea, "StreamTask", taskId), StringComparison.Ordinal);
        Assert.Contains("not_found", await RefusalAsync(bea, "StreamChat", chatId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hub_KnowsNothingOfIt_ForOthers()
    {
        await using var carl = await HubConnection.OpenAsync(town.Program.Address, key: await SecretAsync("carl"));

        Assert.Contains("not_found", await RefusalAsync(carl, "StreamTask", taskId), StringComparison.Ordinal);
        Assert.Contains("not_found", await RefusalAsync(carl, "StreamChat", chatId), StringComparison.Ordinal);
        await foreach (var frame in carl.StreamAsync("StreamChanges"))
        {
            Assert.DoesNotContain(":1", frame.GetProperty("data").GetProperty("counts").GetRawText(), StringComparison.Ordinal);
            break;
        }
    }

    [Fact]
    public async Task Hub_OverLongPolling_KnowsTheHolderOfAKey()
    {
        using var client = town.Program.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await SecretAsync("bea"));
        using var negotiated = await client.PostAsync("/hubs/tasks/negotiate?negotiateVersion=1", null);
        var address = $"/hubs/tasks?id={(await negotiated.JsonAsync()).String("connectionToken")}";
        (await client.GetAsync(address)).EnsureSuccessStatusCode().Dispose();
        await SendAsync("""{"protocol":"json","version":1}""");
        await SendAsync(JsonSerializer.Serialize(new { type = 4, invocationId = "1", target = "StreamTask", arguments = new object?[] { taskId, null } }));

        var said = new StringBuilder();
        while (!said.ToString().Contains("\"type\":3", StringComparison.Ordinal)) said.Append(await client.GetStringAsync(address));
        Assert.Contains("plum", said.ToString(), StringComparison.Ordinal);

        async Task SendAsync(string json) => (await client.PostAsync(address, new StringContent(json + RecordEnd))).EnsureSuccessStatusCode().Dispose();
    }

    private async Task<string> SecretAsync(string userName) => (await town.Keys.CreateAsync(town.Find(userName).UserId, "Hub", ApiScope.Admin, null)).Secret;

    /// <summary>Everything that a stream of a task at its end says.</summary>
    private static async Task<string> ReadAsync(HubConnection connection, string method, string id)
    {
        var said = new StringBuilder();
        await foreach (var frame in connection.StreamAsync(method, id, null)) said.Append(frame.GetRawText());
        return said.ToString();
    }

    private static async Task<string> RefusalAsync(HubConnection connection, string method, string id) =>
        (await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(connection, method, id))).Message;
}
