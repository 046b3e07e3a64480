using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.People;
using TaskDashboard.Core.People;
using TaskDashboard.Core.SelfCheck;

namespace TaskDashboard.App.Api;

/// <summary>What the engine promises about itself, and whether it holds.</summary>
internal static class SelfCheckEndpoints
{
    public static void MapSelfCheck(this RouteGroupBuilder api)
    {
        var check = api.MapGroup("/self-check").WithTags("Health").Needs(PersonRole.Owner);
        check.MapGet("", Read).WithName("getSelfCheck")
            .WithSummary("Every invariant with its newest look, which is at most 15 seconds old.");
        check.MapPost("", CheckAsync).WithName("checkNow")
            .WithSummary("Looks now, and puts right what it safely can.");
    }

    private static Ok<SelfCheckReport> Read(ISelfCheck check) => TypedResults.Ok(check.Current);

    private static async Task<Ok<SelfCheckReport>> CheckAsync(ISelfCheck check, CancellationToken cancellationToken) =>
        TypedResults.Ok(await check.CheckAsync(cancellationToken));
}
