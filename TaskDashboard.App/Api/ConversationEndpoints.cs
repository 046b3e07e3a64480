using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>Persistent conversations by whom they are with.</summary>
internal static class ConversationEndpoints
{
    public static void MapConversations(this RouteGroupBuilder api)
    {
        var conversations = api.MapGroup("/conversations").WithTags("Conversations").ChangesRefuseCommands();
        conversations.MapGet("", FindAsync).WithName("findConversation")
            .WithSummary("The conversation of a descriptor: /user, /system/{tag}, /cron/{id}, /heartbeat/{id}, /webhook/{id}, /subagent/{id} or /task/{id}.")
            .Refuses(400, 404);
        conversations.MapPost("", PostAsync).WithName("postToConversation")
            .WithSummary("Says something in the conversation of a descriptor; one of /user and /system/{tag} begins with the first message.")
            .Refuses(400, 404, 409, 413, 415);
    }

    private static async Task<Ok<AgentConversation>> FindAsync(
        IAgentConversations conversations, CancellationToken cancellationToken,
        [FromQuery(Name = "descriptor"), Description("The descriptor's key, such as /task/task_….")] string? descriptor = null)
    {
        var parsed = ConversationBody.Parse(descriptor);
        return TypedResults.Ok(await conversations.FindAsync(parsed, cancellationToken) ?? throw RefusedException.NotFound("conversation", parsed.CacheKey));
    }

    private static async Task<Ok<AgentConversation>> PostAsync(ConversationBody body, IAgentConversations conversations, CancellationToken cancellationToken) =>
        TypedResults.Ok(await conversations.PostAsync(ConversationBody.Parse(body.Descriptor), body.ToMessage(), cancellationToken));
}
