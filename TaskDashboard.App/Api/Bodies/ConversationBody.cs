using System.ComponentModel;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/conversations takes.</summary>
internal sealed record ConversationBody
{
    [Description("Required. The descriptor's key: /user, /system/{tag}, /cron/{id}, /heartbeat/{id}, /webhook/{id}, /subagent/{id} or /task/{id}.")]
    public string? Descriptor { get; init; }

    [Description("Who is to hold the conversation, where it begins with this message.")]
    public string? AgentId { get; init; }

    [Description("Required. What is said.")]
    public string? Message { get; init; }

    public ConversationMessage ToMessage() => new(AgentId ?? "", Message ?? "");

    public static AgentDescriptor Parse(string? key) => AgentDescriptor.TryParse(key, out var descriptor)
        ? descriptor
        : throw RefusedException.Validation("descriptor", "descriptor has to be /user, /system/{tag}, /cron/{id}, /heartbeat/{id}, /webhook/{id}, /subagent/{id} or /task/{id}.");
}
