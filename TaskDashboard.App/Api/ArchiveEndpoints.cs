using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>Takes tasks out as files, and brings them in again to be read.</summary>
internal static class ArchiveEndpoints
{
    /// <summary>What the form around the file may take up.</summary>
    private const int FormBytes = 64 * 1024;

    public static void MapArchives(this RouteGroupBuilder api)
    {
        var options = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<IOptions<ImportOptions>>().Value;
        api.MapGet("/tasks/{id}/export", ExportAsync).WithTags("Tasks").WithName("exportTask")
            .WithSummary("The task with everything below it as a file: a zip that can be imported, or a text in Markdown.")
            .WithDescription("The zip holds events, messages, runs with their steps, requests, usage and attachments, and a manifest with their digests; its content_hash is the same for the same content.")
            .Produces(200, contentType: "application/zip", additionalContentTypes: "text/markdown").Refuses(400, 404);
        api.MapGet("/tasks/export", ExportManyAsync).WithTags("Tasks").WithName("exportTasks")
            .WithSummary("Several tasks as one zip, in which each is a zip of its own that can be imported.")
            .Produces(200, contentType: "application/zip").Refuses(400, 404);
        api.MapPost("/imports", ImportAsync).WithTags("Tasks").WithName("importTask").Needs(PersonRole.Member).RefusesCommands()
            .WithSummary("Makes the tasks of an export again, read-only and in a chat of their own: all of them, or none.")
            .WithDescription("The zip as the body itself, or as a form with one part named file.")
            .Produces<ImportReceipt>(201)
            .WithMetadata(new OwnBodyLimit(
                options.MaxBytes + FormBytes, "file", FormattableString.Invariant($"The archive is larger than {options.MaxBytes:N0} bytes (TaskDashboard:Imports:MaxBytes). Nothing was stored.")))
            .Refuses(400, 413, 429, 503);
    }

    private static async Task<PushStreamHttpResult> ExportAsync(
        string id, ITaskArchives archives, CancellationToken cancellationToken,
        [Description("zip (the default) or markdown.")] string? format = null)
    {
        var isText = format switch
        {
            null or "zip" => false,
            "markdown" => true,
            _ => throw RefusedException.Validation("format", "format has to be zip or markdown."),
        };

        // Looked for before the answer begins: what is not there is still a 404 then.
        var tasks = await archives.FindAsync(id, cancellationToken);
        var name = ExportName.Of(tasks[0], isText ? "md" : "zip");
        return isText
            ? TypedResults.Stream(output => archives.WriteMarkdownAsync(tasks, output, cancellationToken), "text/markdown; charset=utf-8", name)
            : TypedResults.Stream(output => archives.WriteZipAsync(tasks, output, cancellationToken), "application/zip", name);
    }

    private static async Task<PushStreamHttpResult> ExportManyAsync(
        ITaskArchives archives, TimeProvider time, CancellationToken cancellationToken,
        [Description("The tasks by their ids, up to 100, with commas between.")] string? ids = null)
    {
        var wanted = (ids ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToList();
        if (wanted.Count is 0 or > ITaskArchives.MostInBundle) throw RefusedException.Validation("ids", $"ids takes 1 to {ITaskArchives.MostInBundle} tasks, with commas between, not {wanted.Count}.");
        var bundle = new List<BundledArchive>(wanted.Count);
        foreach (var id in wanted)
        {
            var tasks = await archives.FindAsync(id, cancellationToken);
            bundle.Add(new BundledArchive(FormattableString.Invariant($"{bundle.Count + 1:000}-{ExportName.Of(tasks[0], "zip")}"), tasks));
        }

        var name = FormattableString.Invariant($"tasks-{time.GetUtcNow():yyyy-MM-dd}.zip");
        return TypedResults.Stream(output => archives.WriteBundleAsync(bundle, output, cancellationToken), "application/zip", name);
    }

    private static async Task<Created<ImportReceipt>> ImportAsync(HttpRequest request, ITaskArchives archives, CancellationToken cancellationToken)
    {
        var receipt = await OneFileReader.ReadAsync(request, content => archives.ImportAsync(content, cancellationToken), cancellationToken);
        return TypedResults.Created($"/api/tasks/{receipt.Task.Id}", receipt);
    }
}
