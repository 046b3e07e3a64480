using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Api.Json;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>What has happened to a task so far, page by page.</summary>
internal static class TaskHistoryEndpoints
{
    public static void MapTaskHistory(this RouteGroupBuilder api)
    {
        var task = api.MapGroup("/tasks/{id}").WithTags("Tasks");
        task.MapGet("/messages", ListMessagesAsync).WithName("listTaskMessages")
            .WithSummary("The task's transcript, oldest first.")
            .Refuses(400, 404);
        task.MapGet("/events", ListEventsAsync).WithName("listTaskEvents")
            .WithSummary("The task's durable events, oldest first. The cursor is the sequence number of the last event that the caller has.")
            .Refuses(400, 404);
        task.MapGet("/runs", ListRunsAsync).WithName("listTaskRuns")
            .WithSummary("The task's runs, oldest first, without their steps.")
            .Refuses(400, 404);
        task.MapGet("/tree", ListTreeAsync).WithName("listTaskTree")
            .WithSummary("The task and everything below it, parents before children.")
            .Refuses(400, 404);
    }

    private static async Task<Ok<Page<ChatEntry>>> ListMessagesAsync(
        string id, [AsParameters] PageParameters page, ITaskReader reader, CancellationToken cancellationToken)
    {
        var (limit, after) = page.Read();
        await RequireAsync(id, reader, cancellationToken);
        var entries = await reader.ListMessagesAsync(id, after, limit + 1, cancellationToken);
        return TypedResults.Ok(PageParameters.Cut(entries, limit, entry => entry.Seq));
    }

    private static async Task<Ok<Page<RawJson>>> ListEventsAsync(
        string id, [AsParameters] PageParameters page, ITaskReader reader, CancellationToken cancellationToken)
    {
        var (limit, after) = page.Read();
        await RequireAsync(id, reader, cancellationToken);
        var events = PageParameters.Cut(await reader.ListEventsAsync(id, after, limit + 1, cancellationToken), limit, item => item.Seq);
        return TypedResults.Ok(new Page<RawJson>([.. events.Items.Select(item => new RawJson(item.Json))], events.NextCursor));
    }

    private static async Task<Ok<Page<Run>>> ListRunsAsync(
        string id, [AsParameters] PageParameters page, ITaskReader reader, CancellationToken cancellationToken)
    {
        var (limit, after) = page.Read();
        await RequireAsync(id, reader, cancellationToken);
        var runs = await reader.ListRunsAsync(id, after, limit + 1, cancellationToken);
        return TypedResults.Ok(PageParameters.Cut(runs, limit, run => run.Attempt));
    }

    /// <summary>The cursor is a place in the tree as it stands: a child that comes meanwhile is behind it or on the next reading.</summary>
    private static async Task<Ok<Page<AgentTask>>> ListTreeAsync(
        string id, [AsParameters] PageParameters page, ITaskReader reader, CancellationToken cancellationToken)
    {
        var (limit, after) = page.Read();
        await RequireAsync(id, reader, cancellationToken);
        var tree = await reader.ListTreeAsync(id, cancellationToken);
        return TypedResults.Ok(PageParameters.Cut([.. tree.Skip(after).Take(limit + 1)], limit, _ => after + limit));
    }

    /// <summary>An empty list is an answer for a task that is there; for one that is not, it would be a lie.</summary>
    private static async ValueTask RequireAsync(string id, ITaskReader reader, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(id, cancellationToken) is null) throw RefusedException.NotFound("task", id);
    }
}
