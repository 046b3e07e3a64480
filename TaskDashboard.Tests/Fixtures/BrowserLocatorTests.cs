namespace TaskDashboard.Tests.Fixtures;

public sealed class BrowserLocatorTests
{
    [Fact]
    public void Variable_GoesBeforeAllElse() => Assert.Equal("/my/browser", Locator(new() { [BrowserLocator.Variable] = "/my/browser" }, _ => true).Find());

    [Fact]
    public void VariableThatLeadsNowhere_IsTold()
    {
        var told = Assert.Throws<FileNotFoundException>(() => Locator(new() { [BrowserLocator.Variable] = "/my/browser" }, _ => false).Find()).Message;
        Assert.Contains("/my/browser", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_IsSearchedLast()
    {
        var program = Path.Join("/second", OperatingSystem.IsWindows() ? "chromium.exe" : "chromium");
        var folders = string.Join(Path.PathSeparator, "/first", "/second");
        Assert.Equal(program, Locator(new() { ["PATH"] = folders }, path => path == program).Find());
    }

    [Fact]
    public void NoBrowser_IsNoError() => Assert.Null(Locator([], _ => false).Find());

    [Fact]
    public async Task BrowserThatIsThere_IsNotInstalled() => Assert.Equal("/there", await BrowserInstaller.EnsureAsync(() => "/there"));

    private static BrowserLocator Locator(Dictionary<string, string> variables, Func<string, bool> exists) => new(variables.GetValueOrDefault, exists);
}
