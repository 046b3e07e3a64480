namespace TaskDashboard.Core.People;

/// <summary>Who may see a task: the person that it is for, and everybody with whom the chat that decides for it is shared.</summary>
/// <param name="PersonId">Who made it, or for whom an agent or a trigger did; null for what is nobody's.</param>
/// <param name="ChatId">The chat whose shares count: its own, or for a task below another one that one's.</param>
public readonly record struct Audience(string? PersonId, string ChatId);
