using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Processes;

namespace TaskDashboard.Tests.Processes;

/// <summary>Processes that are spoken to for as long as they live. On Linux, where they can hide.</summary>
public sealed class RunningProcessTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("taskdashboard-running-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Input_ReachesTheProgram_AndItsOutputsStayApart()
    {
        await using var process = await StartAsync("""while read -r line; do echo "out $line"; echo "err $line" >&2; done""");
        using var output = new StreamReader(process.Output);
        using var errors = new StreamReader(process.Errors);

        foreach (var word in new[] { "one", "two" })
        {
            await process.Input.WriteAsync(Encoding.UTF8.GetBytes($"{word}\n"));
            await process.Input.FlushAsync();
            Assert.Equal((@$"out {word}", $"err {word}"), (await output.ReadLineAsync(), await errors.ReadLineAsync()));
        }
    }

    [Fact]
    public async Task ClosedInput_IsEnoughForAProgramThatListens()
    {
        var process = await StartAsync("cat; exit 7");

        await process.DisposeAsync();

        Assert.Equal(7, await process.Exited);
    }

    [Fact]
    public async Task End_OfOneThatIgnoresIt_AndOfWhatItStarted_IsThereWithinFiveSeconds()
    {
        var process = await StartAsync("trap '' TERM INT HUP; (trap '' TERM; setsid sleep 600 &) ; while :; do sleep 1; done");
        var family = new ProcessFamily(ProcessMark.OfScope(folder));
        await Fakes.Eventually.TrueAsync(() => family.Look().Count >= 2);

        var began = Stopwatch.GetTimestamp();
        await process.DisposeAsync();

        Assert.Empty(family.Look());
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5), $"{Stopwatch.GetElapsedTime(began)}");
    }

    [Fact]
    public async Task LookThatFailsAtTheEnd_LeavesNothingAlive()
    {
        if (!OperatingSystem.IsLinux()) return;
        var looks = 0;
        var runner = new ProcessRunner(
            folder, TimeProvider.System, NullLogger<ProcessRunner>.Instance, everybody: () => Interlocked.Increment(ref looks) == 1 ? throw new IOException("Too many open files.") : LinuxProcesses.List());
        var process = await runner.StartAsync(new ProcessOrder("/bin/sh", ["-c", "trap '' TERM INT HUP; (trap '' TERM; setsid sleep 600 &) ; while :; do sleep 1; done"], folder, Timeout.InfiniteTimeSpan) { TaskId = "task_1" });
        var family = new ProcessFamily(ProcessMark.OfScope(folder));
        await Fakes.Eventually.TrueAsync(() => family.Look().Count >= 2);

        await Assert.ThrowsAsync<IOException>(() => process.DisposeAsync().AsTask());

        Assert.Empty(family.Look());
        Assert.Null(runner.Living.TaskOf(runner.Marks.For(1).Number));
    }

    [Fact]
    public async Task Environment_IsTheLimitedOne_WithItsOwnVariables()
    {
        Environment.SetEnvironmentVariable("TASKDASHBOARD_TEST_SECRET_KEY", "hunter2");
        await using var process = await StartAsync("env", new Dictionary<string, string> { ["MINE"] = "yes", ["LANG"] = "xx" });

        var seen = await new StreamReader(process.Output).ReadToEndAsync();

        Assert.Contains("MINE=yes\n", seen, StringComparison.Ordinal);
        Assert.Contains("LANG=xx\n", seen, StringComparison.Ordinal);
        Assert.Contains("PATH=", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OfAProgramThatIsNotThere_SaysSo() =>
        await Assert.ThrowsAsync<ProcessStartException>(() => NewRunner().StartAsync(new ProcessOrder("no-such-program", [], folder, Timeout.InfiniteTimeSpan)));

    private Task<RunningProcess> StartAsync(string command, IReadOnlyDictionary<string, string>? environment = null) =>
        NewRunner().StartAsync(new ProcessOrder("/bin/sh", ["-c", command], folder, Timeout.InfiniteTimeSpan) { Environment = environment ?? new Dictionary<string, string>() });

    private ProcessRunner NewRunner() => new(folder, TimeProvider.System, NullLogger<ProcessRunner>.Instance);
}
