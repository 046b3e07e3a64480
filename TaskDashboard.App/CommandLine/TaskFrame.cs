using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary>One thing that came over a task's stream.</summary>
/// <param name="Name">Its type, as <c>message</c> or <c>snapshot</c>.</param>
/// <param name="Line">Its JSON as the server sent it, on one line.</param>
/// <param name="Json">The same, read.</param>
internal sealed record TaskFrame(string Name, string Line, JsonElement Json)
{
    /// <summary>Of an event of the log; null for what is not in it.</summary>
    public long? Seq { get; } = Json.Number("seq");

    public bool IsDelta => Name is "message_delta" or "thought_delta";

    /// <summary>What an event says.</summary>
    public JsonElement Data => Json.Part("data");
}

/// <summary>Shows what a task's stream brings, each event once and in order.</summary>
internal interface ITaskView
{
    void Show(TaskFrame frame);

    /// <summary>Nothing more comes.</summary>
    /// <param name="status">Where the task stands; null where nobody knows.</param>
    void End(string? status);
}

/// <summary>Each durable event exactly as the server sent it, one on a line; pieces of streaming text only where they are asked for.</summary>
internal sealed class JsonLinesView(Screen screen, bool deltas) : ITaskView
{
    public void Show(TaskFrame frame)
    {
        if (frame.Seq is not null || (deltas && frame.IsDelta)) screen.Raw(frame.Line);
    }

    public void End(string? status)
    {
        // The last event has said it.
    }
}
