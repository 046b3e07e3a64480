using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Access;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.People;

/// <summary>Whoever has a link reads one chat, and nothing else, until it is taken back.</summary>
public sealed class ShareLinkTests : IAsyncLifetime
{
    private readonly ManualTimeProvider time = new();
    private Town town = null!;
    private string task = "";
    private string chat = "";

    public async Task InitializeAsync()
    {
        town = await Town.StartAsync(new AgentScript()
            .For("Plum", Says("A <b>plum</b> is a *fruit*."))
            .For("Pear", Says("A pear, too."))
            .For("Apple", Says("An apple.")).Play, time);
        (task, chat) = await AskAsync(town.Bea, "Plum");
    }

    public Task DisposeAsync() => town.DisposeAsync().AsTask();

    [Fact]
    public async Task Stranger_ReadsTheChatByItsLink_AsWrittenAndEncoded_AndNoOther()
    {
        await AskAsync(town.Bea, "Apple");
        using var pear = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Pear", chat_id = chat, title = "A pear of mine" });
        await town.Program.WaitForAsync((await pear.JsonAsync(HttpStatusCode.Created)).Id(), AgentTaskStatus.Completed);
        var (_, path) = await LinkAsync();

        using var answer = await town.Stranger.GetAsync(path);
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("<em>fruit</em>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>plum</b>", page, StringComparison.Ordinal);
        Assert.Contains("A pear of mine", page, StringComparison.Ordinal);
        Assert.DoesNotContain("apple", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<form", page, StringComparison.Ordinal);
        Assert.Equal(("no-store", "no-referrer"), (answer.Headers.CacheControl?.ToString(), Assert.Single(answer.Headers.GetValues("Referrer-Policy"))));
        Assert.Equal("noindex, nofollow", Assert.Single(answer.Headers.GetValues("X-Robots-Tag")));
    }

    [Fact]
    public async Task Link_OpensNothingElse()
    {
        var (_, path) = await LinkAsync();
        var secret = path.Split('/')[^1];

        foreach (var other in new[] { $"/api/tasks/{task}", $"/api/chats/{chat}", $"/api/chats/{chat}/stream", "/api/tasks" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, other);
            request.Headers.Add("Authorization", $"Bearer {secret}");
            using var answer = await town.Stranger.SendAsync(request);
            Assert.Equal((other, HttpStatusCode.Unauthorized), (other, answer.StatusCode));
        }
    }

    [Fact]
    public async Task RevokedLink_LeadsNowhere_AndEndsWhatIsWatchedByIt()
    {
        var (id, path) = await LinkAsync();
        using var watched = await town.Stranger.GetAsync($"{path}/changes?after=0", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await watched.Content.ReadAsStreamAsync());
        Assert.StartsWith("id: ", await reader.ReadLineAsync().WaitAsync(DashboardApplication.Bound), StringComparison.Ordinal);

        using var revoked = await town.Bea.DeleteAsync($"/api/chats/{chat}/links/{id}");

        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        using var bounded = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await reader.ReadToEndAsync(bounded.Token);
        await NowhereAsync(path);
        Assert.Empty((await (await town.Bea.GetAsync($"/api/chats/{chat}/links")).JsonAsync()).Items());
    }

    [Fact]
    public async Task Watcher_IsToldThatThereIsSomethingNew_AndNothingOfWhatItIs()
    {
        var (_, path) = await LinkAsync();
        using var watched = await town.Stranger.GetAsync($"{path}/changes?after={await NewestAsync()}", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await watched.Content.ReadAsStreamAsync());

        var known = await BlockAsync(reader);

        (await town.Bea.PostAsJsonAsync($"/api/tasks/{task}/message", new { message = "Pear" })).EnsureSuccessStatusCode().Dispose();

        var told = await BlockAsync(reader);
        Assert.Equal(["event: changed", "data: {}", ""], told[1..]);
        Assert.StartsWith("id: ", told[0], StringComparison.Ordinal);
        Assert.NotEqual(known, told);
    }

    [Fact]
    public async Task ExpiredLink_LeadsNowhere_AndEndsWhatIsWatchedByIt()
    {
        var (_, path) = await LinkAsync(days: 1);
        var (_, lasting) = await LinkAsync(days: 3);
        using var watched = await town.Stranger.GetAsync($"{path}/changes?after=0", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await watched.Content.ReadAsStreamAsync());
        Assert.StartsWith("id: ", await reader.ReadLineAsync().WaitAsync(DashboardApplication.Bound), StringComparison.Ordinal);

        time.Advance(TimeSpan.FromHours(25));

        using var bounded = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await reader.ReadToEndAsync(bounded.Token);
        await NowhereAsync(path);
        using var other = await town.Stranger.GetAsync(lasting);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task LinkOfWhoMayNoLongerComeIn_LeadsNowhere_UntilTheyMay()
    {
        var (_, path) = await LinkAsync();
        var bea = town.Find("bea").UserId;

        (await town.Ada.PatchAsJsonAsync($"/api/people/{bea}", new { disabled = true })).EnsureSuccessStatusCode().Dispose();
        await NowhereAsync(path);

        (await town.Ada.PatchAsJsonAsync($"/api/people/{bea}", new { disabled = false })).EnsureSuccessStatusCode().Dispose();
        using var again = await town.Stranger.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task DeletedChat_TakesItsLinksAndSharesAlong()
    {
        var (_, path) = await LinkAsync();
        (await town.Bea.PutAsJsonAsync($"/api/chats/{chat}/shares/{town.Find("carl").UserId}", new { can_write = true })).EnsureSuccessStatusCode().Dispose();

        (await town.Bea.DeleteAsync($"/api/chats/{chat}")).EnsureSuccessStatusCode().Dispose();

        await NowhereAsync(path);
        await using var context = await town.Program.Services.GetRequiredService<Store>().Contexts.CreateDbContextAsync();
        Assert.Equal((0, 0), (context.ShareLinks.Count(), context.ChatShares.Count()));
    }

    [Fact]
    public async Task Address_IsToldOnce_AndIsNowhereInTheStore()
    {
        var (id, path) = await LinkAsync();
        var secret = path.Split('/')[^1];

        Assert.DoesNotContain(secret, await town.Bea.GetStringAsync($"/api/chats/{chat}/links"), StringComparison.Ordinal);
        await using var context = await town.Program.Services.GetRequiredService<Store>().Contexts.CreateDbContextAsync();
        var row = Assert.Single(context.ShareLinks);
        Assert.Equal(id, row.Id);
        Assert.DoesNotContain(secret, JsonSerializer.Serialize(row), StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (await (await town.Ada.GetAsync("/api/audit")).JsonAsync()).Items().Any(entry => entry.String("action") == "link_created" && entry.String("target") == chat));
        Assert.DoesNotContain(secret, await town.Ada.GetStringAsync("/api/audit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyWhoseItIs_MakesLinks_AndTheDaysHaveToFit()
    {
        (await town.Bea.PutAsJsonAsync($"/api/chats/{chat}/shares/{town.Find("carl").UserId}", new { can_write = true })).EnsureSuccessStatusCode().Dispose();

        using var carl = await town.Carl.PostAsJsonAsync($"/api/chats/{chat}/links", new { });
        await carl.ProblemAsync(HttpStatusCode.Forbidden, "read_only");
        using var none = await town.Bea.PostAsJsonAsync($"/api/chats/{chat}/links", new { expires_in_days = 0 });
        await none.ProblemAsync(HttpStatusCode.BadRequest, "validation");
    }

    /// <summary>One event of the stream, with the empty line behind it.</summary>
    private static async Task<string[]> BlockAsync(StreamReader reader)
    {
        using var bound = new CancellationTokenSource(DashboardApplication.Bound);
        var lines = new string[4];
        for (var index = 0; index < lines.Length; index++) lines[index] = (await reader.ReadLineAsync(bound.Token))!;
        return lines;
    }

    private async Task NowhereAsync(string path)
    {
        using var page = await town.Stranger.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.DoesNotContain("plum", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        using var changes = await town.Stranger.GetAsync($"{path}/changes", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.NotFound, changes.StatusCode);
    }

    private async Task<(string Id, string Path)> LinkAsync(int? days = null)
    {
        using var made = await town.Bea.PostAsJsonAsync($"/api/chats/{chat}/links", new { expires_in_days = days });
        var link = await made.JsonAsync(HttpStatusCode.Created);
        return (link.Id(), new Uri(link.String("url")!).AbsolutePath);
    }

    private async Task<(string Task, string Chat)> AskAsync(HttpClient client, string message)
    {
        using var made = await client.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message });
        var row = await made.JsonAsync(HttpStatusCode.Created);
        await town.Program.WaitForAsync(row.Id(), AgentTaskStatus.Completed);
        return (row.Id(), row.String("chat_id")!);
    }

    private async Task<long> NewestAsync() =>
        (await (await town.Bea.GetAsync($"/api/tasks/{task}/events?limit=200")).JsonAsync()).Items().Max(entry => entry.GetProperty("id").GetInt64());
}
