using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Setup;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>What the installation has to work with.</summary>
internal static class SetupEndpoints
{
    public static void MapSetup(this RouteGroupBuilder api)
    {
        var setup = api.MapGroup("/setup").WithTags("Server").Needs(PersonRole.Member);
        setup.MapGet("", LookAsync).WithName("getSetup")
            .WithSummary("Models and how they answered when last asked, programs that tools use, and the data directory.");
        setup.MapPost("/models", AskAsync).WithName("askModel").RefusesCommands()
            .WithSummary("Asks a model for one word, and says whether it came and how soon. Costs what such a call costs, in nobody's budget; asked again within five seconds, it answers as before.")
            .Refuses(400, 413, 415, 422);
    }

    private static async Task<Ok<SetupReport>> LookAsync(ISetupCheck setup, CancellationToken cancellationToken) =>
        TypedResults.Ok(await setup.LookAsync(cancellationToken));

    private static async Task<Ok<ModelSetup>> AskAsync(AskModelBody body, ISetupCheck setup, CancellationToken cancellationToken) =>
        TypedResults.Ok(await setup.AskAsync(body.Model ?? throw RefusedException.Validation("model", "model is missing: name one as provider/model."), cancellationToken));
}

/// <summary>Which model is asked.</summary>
/// <param name="Model"><c>provider/model</c>.</param>
internal sealed record AskModelBody(string? Model);
