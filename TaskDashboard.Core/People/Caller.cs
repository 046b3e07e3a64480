using TaskDashboard.Core.Identity;

namespace TaskDashboard.Core.People;

/// <summary>Who asks for something: a person at a page, or a program with one of a person's keys.</summary>
/// <param name="UserId">The person. What they make is theirs.</param>
/// <param name="Name">How others read who it was.</param>
/// <param name="Role">What they may do; of a program, no more than its key allows.</param>
public sealed record Caller(string UserId, string Name, PersonRole Role)
{
    /// <summary>The person at this machine, while there are no accounts.</summary>
    public static Caller Local { get; } = new(KnownUsers.Local, "you", PersonRole.Owner) { SeesAll = true };

    /// <summary>Somebody who has not said who they are, or whose session was ended: sees nothing and may do nothing.</summary>
    public static Caller Nobody { get; } = new("", "", PersonRole.Viewer);

    /// <summary>The key that a program came with; null for a person at a page.</summary>
    public string? KeyId { get; init; }

    /// <summary>There are no accounts, and so nothing to keep from anybody.</summary>
    public bool SeesAll { get; private init; }

    /// <summary>What lists are narrowed to: this person's and what is shared with them; null for everything.</summary>
    public string? VisibleTo => SeesAll ? null : UserId;
}
