using Microsoft.AspNetCore.Components;
using TaskDashboard.App.Localization;
using TaskDashboard.App.ViewModels.Agents;

namespace TaskDashboard.App.Components.Agents.Editor;

/// <summary>A part of an agent's editor: writes into the draft, and says when it did.</summary>
public abstract class AgentSection : LocalizedComponent
{
    [Parameter, EditorRequired] public required AgentDraft Draft { get; set; }

    /// <summary>What is wrong with the draft, by field.</summary>
    [Parameter, EditorRequired] public required IReadOnlyDictionary<string, string[]> Errors { get; set; }

    [Parameter] public EventCallback OnChanged { get; set; }

    protected Task ChangedAsync() => OnChanged.InvokeAsync();
}
