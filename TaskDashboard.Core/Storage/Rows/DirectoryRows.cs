namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>chats</c>.</summary>
internal sealed class ChatRow
{
    public string Id { get; set; } = "";
    public string UserId { get; set; } = "";
    public string Title { get; set; } = "";
    public long CreatedAt { get; set; }

    /// <summary>When something was last said in it, or its title changed.</summary>
    public long UpdatedAt { get; set; }
    public long? ArchivedAt { get; set; }

    /// <summary>The person whose it is; null for one that an agent began for nobody.</summary>
    public string? PersonId { get; set; }

    /// <summary>The chat whose shares decide who else sees it: itself, or for one that a task began the one of that task.</summary>
    public string AccessChatId { get; set; } = "";
}

/// <summary>A row of <c>agents</c>; the definition is one JSON document, because it is only ever read and written whole.</summary>
internal sealed class AgentRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Definition { get; set; } = "{}";
}

/// <summary>A row of <c>approval_rules</c>; the rule is one JSON document, because it is only ever read and written whole.</summary>
internal sealed class ApprovalRuleRow
{
    public string Id { get; set; } = "";

    /// <summary>The task that a rule for one task goes away with; null for every other.</summary>
    public string? TaskId { get; set; }
    public string Definition { get; set; } = "{}";
}

/// <summary>A row of <c>idempotency_keys</c>: which task a key has made, and from what.</summary>
internal sealed class IdempotencyKeyRow
{
    public string Id { get; set; } = "";
    public string TaskId { get; set; } = "";

    /// <summary>SHA-256 of the request, so that a key that is used again for something else is noticed.</summary>
    public string Fingerprint { get; set; } = "";
    public long CreatedAt { get; set; }
}

/// <summary>A row of <c>store_state</c>: facts about the store itself.</summary>
internal sealed class StoreStateRow
{
    public string Id { get; set; } = "";
    public long Value { get; set; }
}

/// <summary>A row of <c>conversations</c>: which task holds the one conversation of a descriptor.</summary>
internal sealed class ConversationRow
{
    /// <summary>The descriptor's cache key.</summary>
    public string Id { get; set; } = "";
    public string TaskId { get; set; } = "";
    public long CreatedAt { get; set; }
}
