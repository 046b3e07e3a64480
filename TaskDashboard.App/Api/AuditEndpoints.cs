using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.People;
using TaskDashboard.Core.People;

namespace TaskDashboard.App.Api;

/// <summary>Who did what.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this RouteGroupBuilder api) => api.MapGroup("/audit").WithTags("People").MapGet("", ListAsync).WithName("listAudit")
        .WithSummary("Who created, messaged, approved, cancelled, deleted, shared and set up what, the newest first. Owners see what everybody did, others what they did themselves.")
        .Refuses(400);

    private static async Task<Ok<Page<AuditEntry>>> ListAsync(
        [AsParameters] PageParameters page, AuditLog audit, CurrentCaller caller, CancellationToken cancellationToken,
        [FromQuery(Name = "user_id"), Description("Only what this person did.")] string? userId = null)
    {
        var (limit, before) = page.ReadId();
        var whose = caller.Value.Role >= PersonRole.Owner ? userId : caller.Value.UserId;
        var entries = await audit.ListAsync(whose, before == 0 ? null : before, limit, cancellationToken);
        return TypedResults.Ok(new Page<AuditEntry>(entries, entries.Count == limit ? entries[^1].Id.ToString(System.Globalization.CultureInfo.InvariantCulture) : null));
    }
}
