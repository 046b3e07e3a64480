using Microsoft.AspNetCore.Components;
using TaskDashboard.App.Localization;
using TaskDashboard.App.ViewModels.Family;

namespace TaskDashboard.App.Components.Family;

/// <summary>Something that shows other tasks by what is known of them: drawn again when that changes, whatever is drawn around it.</summary>
public abstract class FamilyView : LocalizedComponent, IDisposable
{
    /// <summary>The tasks around the one that the page shows.</summary>
    [CascadingParameter] public required TaskFamily Family { get; set; }

    protected override void OnInitialized() => Family.Changed += StateHasChanged;

    public void Dispose()
    {
        Family.Changed -= StateHasChanged;
        GC.SuppressFinalize(this);
    }

    /// <summary>A task's title; the end of its id while, or where, it is not known.</summary>
    protected string TitleOf(string taskId) => Family.Find(taskId)?.Title ?? $"…{taskId[^Math.Min(6, taskId.Length)..]}";
}
