using System.Text.Json.Serialization;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Chats;

/// <summary>Which chats to list, those with the newest activity first.</summary>
public sealed record ChatQuery
{
    /// <summary>Words of the title, or of title, agent name or transcript of one of its tasks, as <see cref="TaskQuery.Search"/> has them.</summary>
    public string? Search { get; init; }

    /// <summary>Those that were put away, instead of those that were not.</summary>
    public bool Archived { get; init; }

    /// <summary>False leaves out chats that a task began for a task below it; those are reached from there.</summary>
    public bool WithSubtasks { get; init; } = true;

    /// <summary>Whose reading <see cref="ChatSummary.UnreadCount"/> goes by.</summary>
    public required string ReaderId { get; init; }

    /// <summary>Only what this person may see: theirs, and what is shared with them. Null for everything.</summary>
    public string? VisibleTo { get; init; }

    /// <summary>1 to 200.</summary>
    public int Limit { get; init; } = TaskQuery.DefaultLimit;

    /// <summary>From the page before; null begins at the start.</summary>
    public string? Cursor { get; init; }
}

/// <summary>A chat as a list shows it.</summary>
public sealed record ChatSummary
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>Who began it.</summary>
    public required string UserId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When something last happened in it, to the second.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Since when it is put away; null for one that is not.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    public int TaskCount { get; init; }

    /// <summary>How many of its tasks run.</summary>
    public int RunningCount { get; init; }

    /// <summary>How many of its tasks have not ended: what a delete stops.</summary>
    [JsonIgnore] public int LiveCount { get; init; }

    /// <summary>How many of its tasks wait for a person.</summary>
    [JsonIgnore] public int NeedsYouCount { get; init; }

    /// <summary>How many messages of agents the reader has not seen; counted up to 100 for each task.</summary>
    public int UnreadCount { get; init; }

    /// <summary>The task that the user's turns go to; null when it was deleted and others stayed.</summary>
    public string? PrimaryTaskId { get; init; }

    /// <summary>Who has it open on a page now; told where one chat is asked for, absent in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<ChatViewer>? Viewers { get; init; }

    /// <summary>The oldest task that it has.</summary>
    [JsonIgnore] public string? FirstTaskId { get; init; }
}

/// <summary>Somebody who has a chat open.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Name">How others call them.</param>
public sealed record ChatViewer(string UserId, string Name);

/// <summary>One page of the list.</summary>
/// <param name="Items">The chats.</param>
/// <param name="NextCursor">Where to go on; null on the last page.</param>
public sealed record ChatListPage(IReadOnlyList<ChatSummary> Items, string? NextCursor);

/// <summary>Changes of a chat; null leaves a field as it is.</summary>
public sealed record UpdateChat
{
    public string? Title { get; init; }

    /// <summary>Puts it away, or takes it back. Its tasks go on either way.</summary>
    public bool? Archived { get; init; }
}

/// <summary>What happened in a chat behind the place up to which a person has read it.</summary>
/// <param name="ReadId">The newest event that they have seen; 0 for none.</param>
/// <param name="Messages">Messages of agents.</param>
/// <param name="Completed">Tasks that came to their end.</param>
/// <param name="Failed">Tasks that failed.</param>
/// <param name="NeedsYou">Tasks that wait for a person now, and asked since.</param>
/// <param name="FirstId">The first event of what is counted; 0 where nothing is.</param>
/// <param name="FirstTaskId">The task that it is of.</param>
public sealed record ChatNews(long ReadId, int Messages, int Completed, int Failed, int NeedsYou, long FirstId, string? FirstTaskId)
{
    public bool IsEmpty => FirstId == 0;
}
