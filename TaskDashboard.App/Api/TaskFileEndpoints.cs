using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.App.Api;

/// <summary>What is in a task's work folder, and what has changed there.</summary>
internal static class TaskFileEndpoints
{
    public static void MapTaskFiles(this RouteGroupBuilder api)
    {
        var task = api.MapGroup("/tasks/{id}").WithTags("Tasks");
        task.MapGet("/changes", ListChangesAsync).WithName("listTaskChanges")
            .WithSummary("The files that changed in the task's work folder since the task first could change it, with the lines that are new and gone.")
            .Refuses(404, 409);
        task.MapGet("/changes/diff", FindDiffAsync).WithName("findTaskChange")
            .WithSummary("How one of these files changed: a unified diff, cut where it is long.")
            .Refuses(400, 404, 409);
        task.MapGet("/files", ListFilesAsync).WithName("listTaskFiles")
            .WithSummary("The files and folders in the task's work folder, up to 5,000.")
            .Refuses(404, 409);
        task.MapGet("/files/content", OpenAsync).WithName("readTaskFile")
            .WithSummary("A text file of the task's work folder, to be saved.")
            .Refuses(400, 404, 409);
    }

    private static async Task<Ok<FileChanges>> ListChangesAsync(string id, IWorkDirChanges changes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await changes.ListAsync(id, cancellationToken));

    private static async Task<Ok<FileDifference>> FindDiffAsync(string id, string path, IWorkDirChanges changes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await changes.FindAsync(id, path, cancellationToken));

    private static async Task<Ok<FileListing>> ListFilesAsync(string id, IWorkDirFiles files, CancellationToken cancellationToken) =>
        TypedResults.Ok(await files.ListAsync(id, cancellationToken));

    /// <summary>Never shown by the browser itself: what an agent wrote must not run as a page of this site.</summary>
    private static async Task<FileStreamHttpResult> OpenAsync(string id, string path, IWorkDirFiles files, HttpResponse response, CancellationToken cancellationToken)
    {
        var file = await files.OpenAsync(id, path, cancellationToken);
        response.Headers.XContentTypeOptions = "nosniff";
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{file.ChangedAt.UtcTicks:x}-{file.Size:x}\"");
        return TypedResults.File(file.Content, "text/plain; charset=utf-8", file.Name, file.ChangedAt, new EntityTagHeaderValue(tag));
    }
}
