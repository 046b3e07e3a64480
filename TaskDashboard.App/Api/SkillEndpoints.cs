using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.Core.Skills;

namespace TaskDashboard.App.Api;

/// <summary>The skills that every agent may load.</summary>
internal static class SkillEndpoints
{
    public static void MapSkills(this RouteGroupBuilder api) =>
        api.MapGroup("/skills").WithTags("Skills").MapGet("", List).WithName("listSkills")
            .WithSummary("The skills in the configured directories, and the folders there that are none, with the reason. Those of a work dir are found by its tasks.");

    private static Ok<SkillList> List(SkillCatalog catalog) => TypedResults.Ok(catalog.Find());
}
