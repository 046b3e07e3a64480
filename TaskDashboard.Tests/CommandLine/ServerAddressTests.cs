using System.Diagnostics;
using TaskDashboard.App.CommandLine;
using TaskDashboard.App.Hosting;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.CommandLine;

/// <summary>How the server says where it is, and how a command finds it.</summary>
public sealed class ServerAddressTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("taskdashboard-cli-").FullName;

    [Fact]
    public async Task Server_SaysWhereItListens_ToItsOwnerAlone_AndTakesThatBackWhenItStops()
    {
        await using var app = await DashboardApplication.StartAsync();
        var path = ServerFile.PathIn(app.DataDirectory);
        await Eventually.TrueAsync(() => File.Exists(path));

        var file = ServerFile.Read(app.DataDirectory)!;
        Assert.Equal((app.Address.GetLeftPart(UriPartial.Authority), Environment.ProcessId), (file.Url, file.Pid));
        Assert.False(file.IsLeftBehind());
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Matches("""^\{"url":"http://127\.0\.0\.1:\d+","pid":\d+,"started_at":"[^"]+Z"\}$""", File.ReadAllText(path));
        (await new Cli().RunAsync("tasks", "list", "--data-directory", app.DataDirectory)).Exited(ExitCodes.Fine);
        (await new Cli { Settings = { ["TaskDashboard:DataDirectory"] = app.DataDirectory } }.RunAsync("agents", "list")).Exited(ExitCodes.Fine);

        await app.StopAsync();
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Commands_AskTheAddressThatSpeaksLoudest()
    {
        await using var server = await StandInServer.StartAsync((_, context) => StandInServer.Json(context, new { items = Array.Empty<object>() }));
        var mine = new ServerFile(server.Url.GetLeftPart(UriPartial.Authority), Environment.ProcessId, DateTimeOffset.UtcNow);
        mine.Write(directory);
        var (nobody, settings) = ("http://127.0.0.1:1/", new Dictionary<string, string?> { ["TaskDashboard:DataDirectory"] = directory });

        (await new Cli { Url = server.Url, Variables = { [ServerAddress.UrlVariable] = nobody } }.RunAsync("tasks", "list")).Exited(ExitCodes.Fine);
        (await new Cli { Variables = { [ServerAddress.UrlVariable] = server.Url.ToString() }, Settings = new() { ["Urls"] = nobody } }.RunAsync("tasks", "list")).Exited(ExitCodes.Fine);
        (await new Cli { Settings = new(settings) { ["Urls"] = nobody } }.RunAsync("tasks", "list")).Exited(ExitCodes.Fine);
        ServerFile.Remove(directory);
        (await new Cli { Settings = new(settings) { ["Urls"] = $"http://unix:/tmp/x.sock;{mine.Url.Replace("127.0.0.1", "*", StringComparison.Ordinal)}" } }.RunAsync("tasks", "list")).Exited(ExitCodes.Fine);
        var unreachable = (await new Cli { Settings = new(settings) { ["Urls"] = nobody } }.RunAsync("tasks", "list")).Exited(ExitCodes.NoServer);

        Assert.Contains("No TaskDashboard answers at http://127.0.0.1:1/", unreachable.Error, StringComparison.Ordinal);
        Assert.Contains(ServerAddress.HowToStart, unreachable.Error, StringComparison.Ordinal);
    }

    /// <summary>Its port may be somebody else's by now: nothing is sent there, least of all a key; and no other server is asked in its place.</summary>
    [Fact]
    public async Task FileOfAServerThatIsGone_LeadsNowhere()
    {
        await using var stranger = await StandInServer.StartAsync((_, context) => StandInServer.Json(context, new { items = Array.Empty<object>() }));
        var url = stranger.Url.GetLeftPart(UriPartial.Authority);
        using var ended = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        await ended.WaitForExitAsync();
        var cli = new Cli { Settings = { ["TaskDashboard:DataDirectory"] = directory, ["Urls"] = url }, Variables = { ["TASKDASHBOARD_KEY"] = "tdk_secret" } };

        new ServerFile(url, ended.Id, DateTimeOffset.UtcNow).Write(directory);
        var gone = (await cli.RunAsync("tasks", "clear", "--status", "completed", "--yes")).Exited(ExitCodes.NoServer);
        new ServerFile(url, Environment.ProcessId, Process.GetCurrentProcess().StartTime.ToUniversalTime().AddHours(-1)).Write(directory);
        var another = (await cli.RunAsync("tasks", "list")).Exited(ExitCodes.NoServer);
        File.WriteAllText(ServerFile.PathIn(directory), "{");
        var torn = (await cli.RunAsync("tasks", "list")).Exited(ExitCodes.NoServer);

        Assert.All([gone, another], result => Assert.Contains("No server is running", result.Error, StringComparison.Ordinal));
        Assert.Contains("does not say where the server is", torn.Error, StringComparison.Ordinal);
        Assert.Empty(stranger.Requests);
    }

    [Fact]
    public async Task DataDirectory_WithoutAServer_IsToldAndLeftAlone()
    {
        var missing = Path.Combine(directory, "none");

        var result = (await new Cli { Settings = { ["Urls"] = "http://127.0.0.1:1" } }.RunAsync("tasks", "list", "--data-directory", missing)).Exited(ExitCodes.NoServer);

        Assert.Contains(missing, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(missing));
    }

    [Fact]
    public async Task KilledServer_IsToldAsGone_AndTheNextOneIsFound()
    {
        await using (var killed = await StartAsync())
        {
            (await new Cli().RunAsync("tasks", "list", "--data-directory", directory)).Exited(ExitCodes.Fine);
            await killed.KillAsync();
            var result = (await new Cli().RunAsync("tasks", "list", "--data-directory", directory)).Exited(ExitCodes.NoServer);
            Assert.Contains($"process {killed.Id}", result.Error, StringComparison.Ordinal);
        }

        await using var next = await StartAsync();
        (await new Cli().RunAsync("tasks", "list", "--data-directory", directory)).Exited(ExitCodes.Fine);
        Assert.Equal(0, await next.StopAsync());
        Assert.False(File.Exists(ServerFile.PathIn(directory)));
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080")]
    [InlineData("http://0.0.0.0:5080", "http://127.0.0.1:5080")]
    [InlineData("http://[::]:5080", "http://[::1]:5080")]
    [InlineData("http://*:5080", "http://127.0.0.1:5080")]
    [InlineData("http://+:5080", "http://127.0.0.1:5080")]
    [InlineData("http://localhost:5080", "http://localhost:5080")]
    [InlineData("https://127.0.0.1:5443;http://127.0.0.1:5080", "http://127.0.0.1:5080")]
    [InlineData("http://unix:/run/x.sock;https://example.com:443", "https://example.com:443")]
    [InlineData("http://unix:/run/x.sock", null)]
    public void AddressForThisMachine_IsOneThatCanBeCalled(string bound, string? called) => Assert.Equal(called, ServerAnnouncement.AddressForThisMachine(bound.Split(';')));

    /// <summary>It says where it is a moment behind the line in its log that it listens.</summary>
    private async Task<DashboardProcess> StartAsync()
    {
        var program = await DashboardProcess.StartAsync(directory);
        await Eventually.TrueAsync(() => File.Exists(ServerFile.PathIn(directory)) && ServerFile.Read(directory)!.Pid == program.Id);
        return program;
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
