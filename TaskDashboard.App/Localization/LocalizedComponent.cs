using Microsoft.AspNetCore.Components;

namespace TaskDashboard.App.Localization;

/// <summary>A component that is drawn again when the page's language changes, and does nothing else then: what it has read and opened stays as it is.</summary>
public abstract class LocalizedComponent : ComponentBase
{
    private bool isSet;

    /// <summary>The page's language; null where none is told.</summary>
    [CascadingParameter(Name = PageLanguage.Cascade)] public string? Language { get; set; }

    public override Task SetParametersAsync(ParameterView parameters)
    {
        // The other parameters are those of the last time; a page that reads something whenever they are set would read it for nothing.
        if (isSet && parameters.TryGetValue<string>(nameof(Language), out var next) && next != Language)
        {
            parameters.SetParameterProperties(this);
            StateHasChanged();
            return Task.CompletedTask;
        }

        isSet = true;
        return base.SetParametersAsync(parameters);
    }
}
