namespace TaskDashboard.Tests.Fixtures;

/// <summary>One program for all tests of a class, for tests that leave nothing behind which another one could trip over.</summary>
public sealed class SharedDashboard : IAsyncLifetime
{
    public DashboardApplication App { get; private set; } = null!;

    public async Task InitializeAsync() => App = await DashboardApplication.StartAsync();

    public async Task DisposeAsync() => await App.DisposeAsync();
}
