using System.Diagnostics;
using System.Text.RegularExpressions;
using TaskDashboard.App.CommandLine;
using TaskDashboard.App.Hosting;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.CommandLine;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Journeys;

/// <summary>The built program as a person uses it: a server in one terminal, commands in another, and the same commands in a pipe.</summary>
public sealed partial class CommandLineJourneyTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("taskdashboard-cli-").FullName;

    [Fact]
    public async Task AddAndWatch_OnATerminal_IsColouredAndLive_AndInAPipeJsonLines()
    {
        await using var server = await StartServerAsync();
        var chat = (await RunAsync("tasks", "add", "calculate 1 + 1", "--json")).Exited(ExitCodes.Fine).Json[0].String("chat_id")!;
        string[] command = ["tasks", "add", "calculate 6 * 7, then say 40 words", "--chat", chat, "--watch", "--allow-duplicates"];

        var terminal = (await OnATerminalAsync(command)).Exited(ExitCodes.Fine);
        var piped = (await RunAsync([.. command, "--json"])).Exited(ExitCodes.Fine);
        var plain = (await RunAsync(command)).Exited(ExitCodes.Fine);

        var picture = TerminalPicture.Of(terminal.Output);
        Assert.True(picture.Colours > 0 && picture.Erasures > 0, terminal.Output);
        Assert.Contains("● running", Escapes().Replace(terminal.Output, ""), StringComparison.Ordinal);
        Assert.Contains("6 * 7 = 42", picture.Text, StringComparison.Ordinal);
        Assert.Contains("✓ completed · ", picture.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("●", picture.Text, StringComparison.Ordinal);

        var events = piped.GaplessFrom(1);
        Assert.All(events, one => Assert.Equal(chat, one.String("chat_id")));
        Assert.Equal("completed", events[^1].GetProperty("data").String("status"));
        Assert.DoesNotContain('\e', piped.Output + plain.Output);
        Assert.Contains("6 * 7 = 42", plain.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CtrlC_EndsTheWatchingAlone()
    {
        await using var server = await StartServerAsync();

        // Whoever is started in the background of a script ignores Ctrl+C, and hands that on to all that it starts: tests may be, a terminal's programs are not.
        using var process = Start("env", ["--default-signal=INT", "dotnet", typeof(Program).Assembly.Location, "tasks", "add", "wait 600 seconds", "--watch", "--json"]);
        try
        {
            string? line;
            do line = await process.StandardOutput.ReadLineAsync().WaitAsync(DashboardApplication.Bound);
            while (line is not null && !line.Contains("\"reason\":\"tool\"", StringComparison.Ordinal));
            Assert.NotNull(line);
            using var interrupt = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);

            var error = await process.StandardError.ReadToEndAsync().WaitAsync(DashboardApplication.Bound);
            await process.WaitForExitAsync().WaitAsync(DashboardApplication.Bound);

            Assert.Equal(ExitCodes.Interrupted, process.ExitCode);
            Assert.Contains("The task goes on", error, StringComparison.Ordinal);
            var running = (await RunAsync("tasks", "list", "--status", "running", "--json")).Exited(ExitCodes.Fine);
            Assert.Equal("wait 600 seconds", Assert.Single(running.Json).String("title"));
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>The next server has another port, and says so.</summary>
    [Fact]
    public async Task Watch_AcrossAKillOfTheServer_ShowsEachEventOnce()
    {
        var server = await StartServerAsync();
        var id = (await RunAsync("tasks", "add", "wait 600 seconds")).Exited(ExitCodes.Fine).Lines[0];
        var atWork = new TaskCompletionSource();
        var cli = new Cli { Heard = text => { if (text.Contains("\"reason\":\"tool\"", StringComparison.Ordinal)) atWork.TrySetResult(); } };
        var watching = cli.RunAsync("tasks", "watch", id, "--json", "--data-directory", directory);
        await atWork.Task.WaitAsync(DashboardApplication.Bound);

        await server.KillAsync();
        await using var next = await DashboardProcess.StartAsync(directory);

        var result = (await watching).Exited(ExitCodes.Fine);
        var events = result.GaplessFrom(1);
        Assert.Equal("unknown", Assert.Single(events, one => one.String("type") == "tool_result").GetProperty("data").String("status"));
        Assert.Equal("completed", events[^1].GetProperty("data").String("status"));
        Assert.Contains("The connection broke", result.Error, StringComparison.Ordinal);
        await server.DisposeAsync();
    }

    /// <summary>As <c>| head -1</c> does: nobody reads on, so nobody watches on.</summary>
    [Theory]
    [InlineData("say 400 words slowly, then wait 600 seconds")]
    [InlineData("wait 600 seconds")]
    public async Task ReaderThatGoes_EndsTheWatching_AlsoOfATaskThatIsSilent(string message)
    {
        await using var server = await StartServerAsync();
        var id = (await RunAsync("tasks", "add", message)).Exited(ExitCodes.Fine).Lines[0];

        var result = await RunProgramAsync("sh", ["-c", "\"$@\" | head -1", "sh", "dotnet", typeof(Program).Assembly.Location, "tasks", "watch", id, "--json", "--deltas"]);

        Assert.Single(result.Json);
        Assert.Empty(result.Error);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private async Task<DashboardProcess> StartServerAsync()
    {
        var server = await DashboardProcess.StartAsync(directory);
        await Eventually.TrueAsync(() => File.Exists(ServerFile.PathIn(directory)));
        return server;
    }

    private Task<CliResult> RunAsync(params string[] arguments) => RunProgramAsync("dotnet", [typeof(Program).Assembly.Location, .. arguments]);

    /// <summary>A pseudo-terminal by way of <c>script</c> (util-linux).</summary>
    private Task<CliResult> OnATerminalAsync(params string[] arguments)
    {
        var words = new[] { "dotnet", typeof(Program).Assembly.Location }.Concat(arguments).Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'");
        return RunProgramAsync("script", ["-qec", string.Join(' ', words), Path.Combine(directory, "typescript")]);
    }

    private async Task<CliResult> RunProgramAsync(string program, IReadOnlyList<string> arguments)
    {
        using var process = Start(program, arguments);
        try
        {
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().WaitAsync(DashboardProcess.Bound);
            return new CliResult(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = System.Text.Encoding.UTF8, WorkingDirectory = Path.GetTempPath() };
        foreach (var name in new[] { "NO_COLOR", "TASKDASHBOARD_URL", "TASKDASHBOARD_KEY" }) start.Environment.Remove(name);
        (start.Environment["TERM"], start.Environment["TaskDashboard__DataDirectory"]) = ("xterm-256color", directory);
        return Process.Start(start)!;
    }

    [GeneratedRegex(@"\e\[[0-9;]*[A-Za-z]")]
    private static partial Regex Escapes();
}
