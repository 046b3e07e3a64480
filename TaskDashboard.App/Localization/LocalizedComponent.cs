using Microsoft.AspNetCore.Components;

namespace TaskDashboard.App.Localization;

/// <summary>
/// A component that is drawn again when the page's language changes, and does nothing else then: what it has read and opened stays as it is. What it does
/// because of others, it does in the page's language too (<see cref="BringToPage(Action)"/>).
/// </summary>
public abstract class LocalizedComponent : ComponentBase
{
    // Those of the page, which makes the component. An event comes in the flow of whoever raises it: with that one's language, and on that one's thread.
    private readonly ExecutionContext? flow = ExecutionContext.Capture();
    private readonly SynchronizationContext? turn = SynchronizationContext.Current;
    private bool isSet;

    /// <summary>The page's language; null where none is told.</summary>
    [CascadingParameter(Name = PageLanguage.Cascade)] public string? Language { get; set; }

    [Inject] private ILoggerFactory Loggers { get; init; } = null!;

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

    /// <summary>
    /// Does something on the page that an event asks for which is raised outside of it: by the engine, by another person's page. It is done in the page's
    /// language, and whoever raises the event does not wait for it.
    /// </summary>
    protected void BringToPage(Action work) => Bring(() => InvokeAsync(work));

    /// <inheritdoc cref="BringToPage(Action)"/>
    protected void BringToPage(Func<Task> work) => Bring(() => InvokeAsync(work));

    private void Bring(Func<Task> work)
    {
        // A page that is idle would do it at once, on the thread that asks: only where that is the page itself, it may.
        if (turn is not null && SynchronizationContext.Current == turn) Begin();
        else ThreadPool.UnsafeQueueUserWorkItem<Action>(static begin => begin(), Begin, preferLocal: false);

        void Begin()
        {
            if (flow is null) _ = TryAsync(work);
            else ExecutionContext.Run(flow, _ => _ = TryAsync(work), null);
        }
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ObjectDisposedException)
        {
            // The page went while its turn was coming: there is nothing left to draw.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Loggers.CreateLogger(GetType()).LogError(exception, "A view could not be brought up to date.");
        }
    }
}
