namespace TaskDashboard.App.ViewModels.Forks;

/// <summary>Who is to do it, as a person chooses; left alone, as before.</summary>
public sealed class TargetDraft
{
    /// <summary>The agent; empty for none that could be chosen.</summary>
    public string AgentId { get; set; } = "";

    /// <summary>The model; empty for the one before, or with another agent that agent's.</summary>
    public string Model { get; set; } = "";

    /// <summary>The model as it is asked for.</summary>
    public string? ModelOrNull => Model.Length == 0 ? null : Model;
}
