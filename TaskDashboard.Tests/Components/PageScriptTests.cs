using Microsoft.JSInterop;
using TaskDashboard.App.Components.Shared;

namespace TaskDashboard.Tests.Components;

public class PageScriptTests
{
    [Fact]
    public async Task Call_ForAComponentThatWentWhileTheModuleLoaded_IsLeftOut()
    {
        var browser = new SlowBrowser();
        var script = new PageScript(browser, "./js/menu.js");
        var call = script.CallAsync("open");
        await script.DisposeAsync();
        browser.Loading.SetResult(browser);
        await call;
        Assert.Empty(browser.Called);
    }

    [Fact]
    public async Task Call_InABrowserThatIsGone_IsLeftOut()
    {
        var browser = new SlowBrowser();
        browser.Loading.SetException(new JSDisconnectedException("Gone."));
        await new PageScript(browser, "./js/menu.js").CallAsync("open");
    }

    [Fact]
    public async Task Call_ThatFailsWhileItsComponentIsThere_IsToldToIt()
    {
        var browser = new SlowBrowser();
        browser.Loading.SetException(new JSException("No such module."));
        await Assert.ThrowsAsync<JSException>(() => new PageScript(browser, "./js/menu.js").CallAsync("open"));
    }

    [Fact]
    public async Task Call_Twice_LoadsTheModuleOnce()
    {
        var browser = new SlowBrowser();
        browser.Loading.SetResult(browser);
        await using var script = new PageScript(browser, "./js/menu.js");
        await script.CallAsync("open");
        await script.CallAsync("close");
        Assert.Equal((1, "open close"), (browser.Loads, string.Join(' ', browser.Called)));
    }

    private sealed class SlowBrowser : IJSRuntime, IJSObjectReference
    {
        public TaskCompletionSource<IJSObjectReference> Loading { get; } = new();

        public List<string> Called { get; } = [];

        public int Loads { get; private set; }

        public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
        {
            if (identifier != "import")
            {
                Called.Add(identifier);
                return default!;
            }

            Loads++;
            return (TValue)await Loading.Task;
        }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
