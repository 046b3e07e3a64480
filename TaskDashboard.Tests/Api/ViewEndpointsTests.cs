using System.Net;
using System.Net.Http.Json;
using TaskDashboard.Core.Views;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

/// <summary>Saved views over REST.</summary>
public sealed class ViewEndpointsTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("taskdashboard-views-").FullName;
    private DashboardApplication app = null!;

    public async Task InitializeAsync() => app = await DashboardApplication.StartAsync(directory: directory);

    public async Task DisposeAsync()
    {
        await app.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task View_IsMade_Listed_Changed_Removed_AndThereAfterARestart()
    {
        var made = await app.PostJsonAsync("/api/views", new { name = " What failed ", query = "?status=failed&group=agent" }, HttpStatusCode.Created);
        var other = await app.PostJsonAsync("/api/views", new { name = "All" }, HttpStatusCode.Created);
        Assert.Equal(("What failed", "status=failed&group=agent", "tasks?status=failed&group=agent"), (made.String("name"), made.String("query"), made.String("address")));
        Assert.Equal(("", "tasks"), (other.String("query"), other.String("address")));

        var renamed = await app.PatchJsonAsync($"/api/views/{made.Id()}", new { name = "Failures" });
        Assert.Equal(("Failures", "status=failed&group=agent"), (renamed.String("name"), renamed.String("query")));
        var replaced = await app.PatchJsonAsync($"/api/views/{made.Id()}", new { query = "q=moon" });
        Assert.Equal(("Failures", "q=moon"), (replaced.String("name"), replaced.String("query")));

        await app.DisposeAsync();
        app = await DashboardApplication.StartAsync(directory: directory);
        Assert.Equal(["All", "Failures"], await NamesAsync());

        using var gone = await app.Client.DeleteAsync($"/api/views/{made.Id()}");
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using var again = await app.Client.DeleteAsync($"/api/views/{made.Id()}");
        await again.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(["All"], await NamesAsync());
    }

    [Fact]
    public async Task View_ThatIsWrong_IsRefusedWithTheFieldAndWhatToDo()
    {
        await app.PostJsonAsync("/api/views", new { name = "Mine" }, HttpStatusCode.Created);
        var other = await app.PostJsonAsync("/api/views", new { name = "Other" }, HttpStatusCode.Created);
        foreach (var (body, field, says) in new (object, string, string)[]
        {
            (new { query = "status=failed" }, "name", "missing"),
            (new { name = new string('a', ISavedViews.MaxNameLength + 1) }, "name", "Shorten it."),
            (new { name = "two\nlines" }, "name", "line breaks"),
            (new { name = "Long", query = "q=" + new string('a', ISavedViews.MaxQueryLength) }, "query", "Leave out"),
            (new { name = "Odd", query = "colour=red" }, "query", "'colour', which the list does not know. Use status, agent"),
            (new { name = "Odd", query = "q=a#b" }, "query", "question mark"),
        })
        {
            using var answer = await app.Client.PostAsJsonAsync("/api/views", body);
            var problem = await answer.ProblemAsync(HttpStatusCode.BadRequest, "validation");
            Assert.Contains(says, problem.GetProperty("errors").GetProperty(field)[0].GetString(), StringComparison.Ordinal);
        }

        using var taken = await app.Client.PostAsJsonAsync("/api/views", new { name = "MINE" });
        await taken.ProblemAsync(HttpStatusCode.Conflict, "view_name_taken");
        using var renamed = await app.Client.PatchAsJsonAsync($"/api/views/{other.Id()}", new { name = "mine" });
        await renamed.ProblemAsync(HttpStatusCode.Conflict, "view_name_taken");
        await app.PatchJsonAsync($"/api/views/{other.Id()}", new { name = "OTHER" });
        Assert.Equal(["Mine", "OTHER"], await NamesAsync());
    }

    [Fact]
    public async Task Views_BeyondTheMost_AreRefused_UntilOneIsRemoved()
    {
        var first = await app.PostJsonAsync("/api/views", new { name = "View 0" }, HttpStatusCode.Created);
        for (var number = 1; number < ISavedViews.MostViews; number++) await app.PostJsonAsync("/api/views", new { name = $"View {number}" }, HttpStatusCode.Created);

        using var answer = await app.Client.PostAsJsonAsync("/api/views", new { name = "One more" });
        await answer.ProblemAsync(HttpStatusCode.Conflict, "too_many_views");
        using var gone = await app.Client.DeleteAsync($"/api/views/{first.Id()}");
        await app.PostJsonAsync("/api/views", new { name = "One more" }, HttpStatusCode.Created);
    }

    private async Task<string[]> NamesAsync() =>
        [.. (await app.GetJsonAsync("/api/views")).GetProperty("items").EnumerateArray().Select(view => view.String("name")!)];
}
