using Microsoft.JSInterop;

namespace TaskDashboard.App.Components.Shared;

/// <summary>
/// The script of one component. Loading takes a while, and the reader may have gone on meanwhile: what is called for a component that
/// is gone, or in a browser that is, is left out without a word.
/// </summary>
/// <param name="js">The circuit's runtime.</param>
/// <param name="path">The module, such as <c>./js/menu.js</c>.</param>
public sealed class PageScript(IJSRuntime js, string path) : IAsyncDisposable
{
    private Task<IJSObjectReference>? loading;
    private bool disposed;

    /// <summary>Calls a function of the module, which is loaded by the first call.</summary>
    public async Task CallAsync(string function, params object?[] arguments) => await AskAsync<object?>(function, arguments);

    /// <summary>Calls a function of the module for its answer; the default when nobody is left to answer.</summary>
    public async Task<TAnswer?> AskAsync<TAnswer>(string function, params object?[] arguments)
    {
        try
        {
            var module = await (loading ??= js.InvokeAsync<IJSObjectReference>("import", path).AsTask());
            if (!disposed) return await module.InvokeAsync<TAnswer>(function, arguments);
        }
        catch (JSDisconnectedException)
        {
            // The browser went first.
        }
        catch (Exception exception) when (disposed && exception is (JSException or ObjectDisposedException or OperationCanceledException))
        {
            // The component went while the call was on its way.
        }

        return default;
    }

    public async ValueTask DisposeAsync()
    {
        disposed = true;
        if (loading is not { IsCompletedSuccessfully: true }) return;
        try
        {
            await (await loading).DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser went first and took the module with it.
        }
    }
}
