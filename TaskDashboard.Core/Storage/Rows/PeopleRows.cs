namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>people</c>: an account, with what ASP.NET Core Identity keeps of it.</summary>
internal sealed class PersonRow
{
    public string Id { get; set; } = "";
    public string UserName { get; set; } = "";
    public string NormalizedUserName { get; set; } = "";

    /// <summary>What others read where this person is meant.</summary>
    public string DisplayName { get; set; } = "";
    public int Role { get; set; }
    public string? PasswordHash { get; set; }

    /// <summary>Another one ends every session.</summary>
    public string? SecurityStamp { get; set; }
    public string? ConcurrencyStamp { get; set; }
    public bool LockoutEnabled { get; set; }
    public long? LockoutEnd { get; set; }
    public int AccessFailedCount { get; set; }
    public long CreatedAt { get; set; }

    /// <summary>Since when nobody can sign in with it. Its chats stay.</summary>
    public long? DisabledAt { get; set; }
}

/// <summary>A row of <c>people_claims</c>. Empty so far: ASP.NET Core Identity asks for it.</summary>
internal sealed class PersonClaimRow
{
    public int Id { get; set; }
    public string UserId { get; set; } = "";
    public string? ClaimType { get; set; }
    public string? ClaimValue { get; set; }
}

/// <summary>A row of <c>chat_shares</c>: a person who sees a chat that is not theirs.</summary>
internal sealed class ChatShareRow
{
    public string ChatId { get; set; } = "";
    public string UserId { get; set; } = "";

    /// <summary>Whether they may speak in it and steer its tasks, too.</summary>
    public bool CanWrite { get; set; }
    public long CreatedAt { get; set; }
}

/// <summary>A row of <c>chat_reads</c>: how far a person has read a chat.</summary>
internal sealed class ChatReadRow
{
    public string ChatId { get; set; } = "";
    public string UserId { get; set; } = "";

    /// <summary>The newest event that they have seen.</summary>
    public long LastId { get; set; }
    public long ReadAt { get; set; }
}

/// <summary>A row of <c>share_links</c>: an address under which anybody reads a chat, until it is revoked.</summary>
internal sealed class ShareLinkRow
{
    public string Id { get; set; } = "";
    public string ChatId { get; set; } = "";

    /// <summary>SHA-256 of what the address ends with.</summary>
    public string Digest { get; set; } = "";
    public string CreatedBy { get; set; } = "";
    public long CreatedAt { get; set; }
    public long? ExpiresAt { get; set; }
}

/// <summary>A row of <c>api_keys</c>.</summary>
internal sealed class ApiKeyRow
{
    public string Id { get; set; } = "";
    public string UserId { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the key.</summary>
    public string Digest { get; set; } = "";

    /// <summary>Its first characters, by which people tell their keys apart.</summary>
    public string Prefix { get; set; } = "";
    public int Scope { get; set; }
    public long CreatedAt { get; set; }
    public long? ExpiresAt { get; set; }
    public long? LastUsedAt { get; set; }
    public long? RevokedAt { get; set; }
}

/// <summary>A row of <c>audit</c>: who did what, and when.</summary>
internal sealed class AuditRow
{
    public long Id { get; set; }
    public long At { get; set; }
    public string UserId { get; set; } = "";

    /// <summary>As they were called then.</summary>
    public string UserName { get; set; } = "";
    public string Action { get; set; } = "";
    public string? Target { get; set; }
    public string? Detail { get; set; }

    /// <summary>The key that it was done with; null where it was a page.</summary>
    public string? KeyId { get; set; }
}
