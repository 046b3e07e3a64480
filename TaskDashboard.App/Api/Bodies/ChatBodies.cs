using System.ComponentModel;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What PATCH /api/chats/{id} takes; what is absent or null stays as it is.</summary>
internal sealed record UpdateChatBody
{
    public string? Title { get; init; }

    [Description("true puts the chat away, false takes it back.")]
    public bool? Archived { get; init; }

    public UpdateChat ToCommand() => new() { Title = Title, Archived = Archived };
}

/// <summary>What POST /api/chats/{id}/read takes.</summary>
internal sealed record ReadChatBody
{
    [Description("The id of the newest event that the caller has seen.")]
    public long? LastId { get; init; }

    public long ToLastId() => LastId ?? throw RefusedException.Validation("last_id", "last_id is missing: say the id of the newest event that was seen.");
}
