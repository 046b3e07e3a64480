namespace TaskDashboard.Core.Identity;

/// <summary>The ids of the two users that exist without accounts.</summary>
public static class KnownUsers
{
    /// <summary>The person at this machine. On loopback no login is asked for, and everything that people make is this user's.</summary>
    public const string Local = "user_local";

    /// <summary>Owner of chats that an agent or a trigger began.</summary>
    public const string Agent = "user_agent";
}
