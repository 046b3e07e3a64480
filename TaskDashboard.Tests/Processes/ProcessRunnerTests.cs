using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Processes;
using TaskDashboard.Tests.Fakes;
using Xunit.Abstractions;

namespace TaskDashboard.Tests.Processes;

/// <summary>Real processes, the unruly kind among them. On Linux, where they can hide.</summary>
public sealed class ProcessRunnerTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>
    /// Ignores the request to end, and so do its descendants: one in the background, one that left the session and lost its parent (double fork),
    /// one that also forgot its environment. All of them hold the pipes.
    /// </summary>
    private const string Stubborn = """
        trap '' TERM INT HUP
        echo "pid $$"
        ( trap '' TERM; sh -c 'trap "" TERM; echo "pid $$"; while :; do sleep 1; done' ) &
        ( setsid sh -c 'trap "" TERM; echo "pid $$"; ( trap "" TERM; setsid sh -c "trap \"\" TERM; echo \"pid \$\$\"; while :; do sleep 1; done" ) & while :; do sleep 1; done' ) &
        ( setsid env -i PATH="$PATH" sh -c 'trap "" TERM; echo "pid $$"; while :; do sleep 1; done' & ) &
        while :; do sleep 1; done
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("taskdashboard-processes-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Cancel_OfAProcessThatIgnoresIt_AndWhoseDescendantsHide_EndsThemAllWithinFiveSeconds()
    {
        var runner = NewRunner();
        using var cancel = new CancellationTokenSource();
        var file = Path.Combine(folder, "pids");
        var running = runner.RunAsync(Shell($"exec > {file}; {Stubborn}"), cancel.Token);
        var pids = await WaitForPidsAsync(file, 5);
        Assert.All(pids, pid => Assert.NotNull(LinuxProcesses.Look(pid)));

        var began = Stopwatch.GetTimestamp();
        await cancel.CancelAsync();
        var result = await running;
        var took = Stopwatch.GetElapsedTime(began);

        output.WriteLine($"{result.Reaped} processes, gone after {took.TotalMilliseconds:F0} ms.");
        Assert.Equal(ProcessEnd.Cancelled, result.End);
        Assert.Empty(result.Left);
        Assert.True(result.Reaped >= 5, $"{result.Reaped}");
        Assert.True(took < TimeSpan.FromSeconds(5), $"{took}");
        Assert.All(pids, pid => Assert.Null(LinuxProcesses.Look(pid)));
    }

    [Fact]
    public async Task Exit_WithADescendantThatHoldsThePipes_ReturnsAndLeavesNothingBehind()
    {
        var result = await NewRunner().RunAsync(Shell("(trap '' TERM; sleep 600) & echo done; exit 3"), CancellationToken.None);

        Assert.Equal((ProcessEnd.Exited, 3, "done\n"), (result.End, result.ExitCode, result.Output));
        Assert.True(result.Reaped >= 1);
        Assert.Empty(result.Left);
    }

    [Theory]
    [InlineData("no environment, no session, no pipes", "env -i setsid -f sleep 600 </dev/null >/dev/null 2>&1")]
    [InlineData("one that starts its successor and leaves", "setsid -f env -i PATH=\"$PATH\" sh -c 'trap \"\" TERM; f() { sleep 0.02; f & }; f' </dev/null >/dev/null 2>&1")]
    [InlineData("the same, ten times as fast", "setsid -f env -i PATH=\"$PATH\" sh -c 'trap \"\" TERM; f() { sleep 0.002; f & }; f' </dev/null >/dev/null 2>&1")]
    [InlineData("a session of its own, twice", "setsid -f setsid -f sleep 600 </dev/null >/dev/null 2>&1")]
    public async Task Exit_WithADescendantThatHides_LeavesNothingBehind(string how, string command)
    {
        var family = new ProcessFamily(ProcessMark.OfScope(folder));

        var result = await NewRunner().RunAsync(Shell(command), CancellationToken.None);

        Assert.True(result is { End: ProcessEnd.Exited, ExitCode: 0, Reaped: >= 1, Left.Count: 0 }, $"{how}: {result}");
        Assert.Empty(family.Look());
    }

    [Fact]
    public async Task Look_WhereNobodyComesAndGoes_IsQuiet_ThoughTheSystemHasThreadsThatCannotBeRead()
    {
        if (!OperatingSystem.IsLinux()) return;
        var family = new ProcessFamily(ProcessMark.OfScope(folder));

        // Others may begin and end here meanwhile, but not for ever.
        await Eventually.TrueAsync(() =>
        {
            family.Look(out var quiet);
            return quiet;
        });
    }

    [Fact]
    public async Task Output_KeepsTheOrderOfBothStreams()
    {
        var result = await NewRunner().RunAsync(Shell("for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done"), CancellationToken.None);

        Assert.Equal(string.Concat(Enumerable.Range(1, 5).Select(number => $"out {number}\nerr {number}\n")), result.Output);
    }

    [Fact]
    public async Task Command_HasASessionOfItsOwn_SoThatACtrlCForTheServerDoesNotReachIt()
    {
        var result = await NewRunner().RunAsync(Shell("ps -o sid= -p $$ 2>/dev/null || cut -d' ' -f6 /proc/$$/stat; echo $$"), CancellationToken.None);

        var numbers = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(numbers[1], numbers[0]);
        Assert.NotEqual(LinuxProcesses.Look(Environment.ProcessId)!.Session.ToString(CultureInfo.InvariantCulture), numbers[0]);
    }

    [Fact]
    public async Task Run_ToItsEnd_GivesCodeAndBothOutputs_AndNoInput()
    {
        var result = await NewRunner().RunAsync(Shell("cat; echo out; echo err >&2; pwd"), CancellationToken.None);

        Assert.Equal((ProcessEnd.Exited, 0, 0), (result.End, result.ExitCode, result.Reaped));
        Assert.Contains("out\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("err\n", result.Output, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(folder), result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_LongerThanItsTimeout_IsEnded()
    {
        var result = await NewRunner().RunAsync(Shell("echo begun; sleep 600", TimeSpan.FromSeconds(1)), CancellationToken.None);

        Assert.Equal((ProcessEnd.TimedOut, null, "begun\n"), (result.End, result.ExitCode, result.Output));
    }

    [Fact]
    public async Task Flood_KeepsBeginningAndEnd_InBoundedMemory()
    {
        var result = await NewRunner().RunAsync(Shell("echo first; head -c 100000000 /dev/zero | tr '\\0' 'x'; echo; echo last"), CancellationToken.None);

        Assert.StartsWith("first\nxxx", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("xxx\nlast\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("bytes left out here", result.Output, StringComparison.Ordinal);
        Assert.InRange(result.Output.Length, 60_000, 70_000);
    }

    [Fact]
    public async Task Cancel_DuringAFlood_EndsIt()
    {
        using var cancel = new CancellationTokenSource();
        var running = NewRunner().RunAsync(Shell("yes"), cancel.Token);
        await cancel.CancelAsync();

        Assert.Equal(ProcessEnd.Cancelled, (await running).End);
    }

    [Fact]
    public async Task Output_ThatIsNoText_DoesNotBreakAnything() =>
        Assert.Equal("a\ufffdb", (await NewRunner().RunAsync(Shell("printf 'a\\377b'"), CancellationToken.None)).Output);

    [Fact]
    public async Task Environment_HoldsNoSecretOfTheHost()
    {
        // Names that no setting has: the programs that other tests start read this environment too.
        Environment.SetEnvironmentVariable("TASKDASHBOARD_TEST_SECRET_KEY", "hunter2");
        Environment.SetEnvironmentVariable("SomeProvider__ApiKey", "hunter2");

        var result = await NewRunner().RunAsync(Shell("env"), CancellationToken.None);

        Assert.DoesNotContain("hunter2", result.Output, StringComparison.Ordinal);
        Assert.Contains("PATH=", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FiftyAtTheSameTime_KeepApart()
    {
        var runner = NewRunner();

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => runner.RunAsync(Shell($"echo {number}; sleep 0.1; exit {number}"), CancellationToken.None)));

        Assert.Equal(Enumerable.Range(0, 50), results.Select(result => result.ExitCode!.Value));
        Assert.Equal(Enumerable.Range(0, 50).Select(number => $"{number}\n"), results.Select(result => result.Output));
    }

    [Fact]
    public async Task ReapLeftBehind_EndsWhatAnEarlierProcessHadStarted_AndNothingElse()
    {
        using var cancel = new CancellationTokenSource();
        var file = Path.Combine(folder, "pids");
        var forgotten = NewRunner().RunAsync(Shell($"exec > {file}; echo \"pid $$\"; while :; do sleep 1; done"), cancel.Token);
        var stranger = new ProcessRunner("elsewhere", TimeProvider.System, NullLogger<ProcessRunner>.Instance).RunAsync(Shell("sleep 600"), cancel.Token);
        var pid = (await WaitForPidsAsync(file, 1)).Single();

        var reaped = await NewRunner().ReapLeftBehindAsync();

        Assert.True(reaped >= 1);
        Assert.Null(LinuxProcesses.Look(pid));
        Assert.Equal(ProcessEnd.Exited, (await forgotten).End);
        Assert.False(stranger.IsCompleted);
        await cancel.CancelAsync();
        await stranger;
    }

    [Fact]
    public async Task LookThatFailsAtTheEnd_LeavesNothingOfTheCommandAlive()
    {
        if (!OperatingSystem.IsLinux()) return;
        var looks = 0;
        var runner = NewRunner(() => Interlocked.Increment(ref looks) == 1 ? throw new IOException("Too many open files.") : LinuxProcesses.List());
        var file = Path.Combine(folder, "pids");
        using var cancel = new CancellationTokenSource();
        var running = runner.RunAsync(Shell($"exec > {file}; {Stubborn}") with { TaskId = "task_1" }, cancel.Token);
        var pids = await WaitForPidsAsync(file, 5);

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<IOException>(() => running);
        Assert.All(pids, pid => Assert.Null(LinuxProcesses.Look(pid)));
        Assert.Null(runner.Living.TaskOf(runner.Marks.For(1).Number));
    }

    [Fact]
    public async Task CommandWhoseDescendantsCannotBeLookedFor_IsEndedItself_AndItsMarkStaysKnown()
    {
        if (!OperatingSystem.IsLinux()) return;
        var runner = NewRunner(() => throw new IOException("Too many open files."));
        var file = Path.Combine(folder, "pids");
        using var cancel = new CancellationTokenSource();
        var running = runner.RunAsync(Shell($"trap '' TERM; echo \"pid $$\" > {file}; while :; do sleep 1; done") with { TaskId = "task_1" }, cancel.Token);
        var pid = (await WaitForPidsAsync(file, 1)).Single();

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<IOException>(() => running);
        await Eventually.TrueAsync(() => LinuxProcesses.Look(pid) is null);
        Assert.Equal("task_1", runner.Living.TaskOf(runner.Marks.For(1).Number));
        await NewRunner().ReapLeftBehindAsync();
    }

    [Fact]
    public async Task Start_OfAProgramThatIsNotThere_SaysSo()
    {
        var failure = await Assert.ThrowsAsync<ProcessStartException>(
            () => NewRunner().RunAsync(new ProcessOrder("no-such-program", [], folder, TimeSpan.FromSeconds(5)), CancellationToken.None));

        Assert.Contains("no-such-program", failure.Message, StringComparison.Ordinal);
    }

    private ProcessRunner NewRunner(Func<IEnumerable<ProcessPicture?>>? everybody = null) => new(folder, TimeProvider.System, NullLogger<ProcessRunner>.Instance, everybody: everybody);

    private ProcessOrder Shell(string command, TimeSpan? timeout = null) => new("/bin/sh", ["-c", command], folder, timeout ?? TimeSpan.FromSeconds(60));

    private static async Task<List<int>> WaitForPidsAsync(string file, int count)
    {
        var pids = new List<int>();
        await Fakes.Eventually.TrueAsync(() =>
        {
            if (!File.Exists(file)) return false;
            pids = [.. File.ReadAllLines(file).Where(line => line.StartsWith("pid ", StringComparison.Ordinal)).Select(line => int.Parse(line.AsSpan(4), CultureInfo.InvariantCulture))];
            return pids.Count >= count;
        });
        return pids;
    }
}
