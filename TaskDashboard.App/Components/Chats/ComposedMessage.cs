namespace TaskDashboard.App.Components.Chats;

/// <summary>What was written in the composer.</summary>
/// <param name="Text">The message.</param>
/// <param name="Steers">It goes to the next step of the run (Ctrl+Enter), not to the end of the turn.</param>
/// <param name="Id">The same for every try to send the same text.</param>
public sealed record ComposedMessage(string Text, bool Steers, string Id)
{
    /// <summary>It is to become a task of its own in this chat (Ctrl+Shift+Enter).</summary>
    public bool InBackground { get; init; }

    /// <summary>Ids of the files that go along with it; null for none.</summary>
    public IReadOnlyList<string>? Attachments { get; init; }
}
