using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools.Commands;

namespace TaskDashboard.App.Api;

/// <summary>What tool calls have left beside the transcript.</summary>
internal static class TaskOutputEndpoints
{
    public static void MapTaskOutputs(this RouteGroupBuilder api)
    {
        var task = api.MapGroup("/tasks/{id}").WithTags("Tasks");
        task.MapGet("/outputs/{callId}", OpenAsync).WithName("getCommandOutput")
            .WithSummary("All that a command has written, as plain text, where its result holds only the beginning and the end.")
            .Refuses(404);
    }

    private static async Task<FileStreamHttpResult> OpenAsync(string id, string callId, ITaskReader reader, CommandOutputs outputs, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(id, cancellationToken) is null) throw RefusedException.NotFound("task", id);
        var whole = outputs.TryOpen(id, callId) ?? throw RefusedException.NotFound("output beyond the result of call", callId);

        // Plain text, whatever the command wrote: nothing of it is to be run by a browser.
        return TypedResults.Stream(whole, $"{MediaTypeNames.Text.Plain}; charset=utf-8", enableRangeProcessing: true);
    }
}
