using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.Backups;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Retention;

namespace TaskDashboard.App.Api;

/// <summary>Backups of everything, and what retention removed: an owner's affairs. Commands of agents get none of it, for everybody's secrets are in a backup.</summary>
internal static class BackupEndpoints
{
    public static void MapBackups(this RouteGroupBuilder api)
    {
        var backups = api.MapGroup("/backups").WithTags("Server").Needs(PersonRole.Owner);
        backups.MapGet("", List).WithName("listBackups").RefusesCommands()
            .WithSummary("The backups in the data directory, the newest first.");
        backups.MapPost("", CreateAsync).WithName("createBackup").RefusesCommands()
            .WithSummary("Backs everything up while it goes on: database, attachments and the keys of sessions, as one file.")
            .WithDescription("Answered when the file is whole and on disk. One at a time: 409 backup_running. --restore puts one back.")
            .Refuses(409, 503);
        backups.MapGet("/{id}", Open).WithName("getBackup").RefusesCommands()
            .WithSummary("The file. Whoever has it has everything: keep it as you keep the server.")
            .Produces(200, contentType: "application/zip").Refuses(404);
        backups.MapDelete("/{id}", Delete).WithName("deleteBackup").RefusesCommands()
            .WithSummary("Deletes the file.")
            .Refuses(404);
        api.MapGet("/purges", ListPurgesAsync).WithTags("Server").WithName("listPurges").Needs(PersonRole.Owner)
            .WithSummary("What the passes of retention removed, the newest first: how many of each status, how long it took, when the oldest had ended.")
            .Refuses(400);
    }

    private static Ok<Page<Backup>> List(IServerData data) => TypedResults.Ok(new Page<Backup>(data.ListBackups()));

    private static async Task<Created<Backup>> CreateAsync(IServerData data, CancellationToken cancellationToken)
    {
        var made = await data.CreateBackupAsync(cancellationToken);
        return TypedResults.Created($"/api/backups/{made.Id}", made);
    }

    private static FileStreamHttpResult Open(string id, IServerData data, HttpResponse response)
    {
        var (backup, content) = data.OpenBackup(id);
        response.Headers.CacheControl = "no-store";
        return TypedResults.File(content, "application/zip", backup.FileName, enableRangeProcessing: true);
    }

    private static NoContent Delete(string id, IServerData data)
    {
        data.DeleteBackup(id);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<Purge>>> ListPurgesAsync([AsParameters] PageParameters page, IServerData data, CancellationToken cancellationToken)
    {
        var (limit, before) = page.ReadId();
        var purges = await data.ListPurgesAsync(before == 0 ? null : before, limit, cancellationToken);
        return TypedResults.Ok(new Page<Purge>(purges, purges.Count == limit ? purges[^1].Id.ToString(CultureInfo.InvariantCulture) : null));
    }
}
