using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Processes.Sandboxing;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Processes;

/// <summary>What commands see and reach. Where the machine has no sandbox, what holds without one.</summary>
public sealed class CommandSandboxTests : IAsyncLifetime
{
    private readonly string outside = Directory.CreateTempSubdirectory("sandbox-").FullName;
    private Engine engine = null!;
    private bool isOn;

    public async Task InitializeAsync()
    {
        engine = await CommandEngine.StartAsync();
        isOn = (await engine.Services.GetRequiredService<ICommandSandbox>().FindStateAsync()).IsOn;
    }

    public async Task DisposeAsync()
    {
        await engine.DisposeAsync();
        Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public async Task State_SaysWhetherThereIsOne_AndWhyNot()
    {
        var state = await engine.Services.GetRequiredService<ICommandSandbox>().FindStateAsync();

        Assert.Equal(state.IsOn, state.Problem is null);
        Assert.Equal(state.IsOn, engine.Logs.Lines.All(line => !line.Message.Contains("without a sandbox", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Command_SeesNothingOfTheProgramsData()
    {
        var result = await engine.RunAsync($"head -c 6 {engine.DataDirectory}/taskdashboard.db; ls -A {engine.DataDirectory}");

        if (isOn) Assert.DoesNotContain("SQLite", result.Content, StringComparison.Ordinal);
        else Assert.Contains("SQLite", result.Content, StringComparison.Ordinal);
        Assert.Equal(!isOn, result.Content.Contains("taskdashboard.lock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Command_WritesInItsFolders_AndNowhereElse()
    {
        var (work, added) = (Path.Combine(outside, "work"), Path.Combine(outside, "added"));
        Directory.CreateDirectory(work);
        Directory.CreateDirectory(added);

        var result = await engine.RunAsync(
            $"echo in > a.txt; echo in > {added}/b.txt; echo out > {outside}/c.txt; echo out > /usr/taskdashboard-test; echo out > /tmp/taskdashboard-test && cat /tmp/taskdashboard-test",
            command => command with { WorkDir = work, AddDirs = [added] });

        Assert.Equal(("in\n", "in\n"), (File.ReadAllText(Path.Combine(work, "a.txt")), File.ReadAllText(Path.Combine(added, "b.txt"))));
        Assert.EndsWith("out", result.Content, StringComparison.Ordinal);
        if (!isOn) return;
        Assert.False(File.Exists(Path.Combine(outside, "c.txt")));
        Assert.False(File.Exists("/usr/taskdashboard-test"));
        Assert.False(File.Exists("/tmp/taskdashboard-test"));
    }

    [Fact]
    public async Task Command_RunsWhatSkillsBringAlong_AndCannotChangeIt()
    {
        var skill = Path.Combine(engine.DataDirectory, "skills", "review");
        Directory.CreateDirectory(skill);
        File.WriteAllText(Path.Combine(skill, "run.sh"), "echo from the skill");

        var result = await engine.RunAsync($"sh {skill}/run.sh; echo changed > {skill}/run.sh");

        Assert.Contains("from the skill", result.Content, StringComparison.Ordinal);
        if (isOn) Assert.Equal("echo from the skill", File.ReadAllText(Path.Combine(skill, "run.sh")));
    }

    [Fact]
    public async Task Command_SeesNoProcessButItsOwn()
    {
        var result = await engine.RunAsync($"test -e /proc/{Environment.ProcessId}/environ && grep -c . /proc/{Environment.ProcessId}/comm; ls /proc | grep -c '^[0-9]'");

        // Its own shell, the two of the pipe, and what the sandbox puts first.
        if (isOn) Assert.InRange(int.Parse(result.Content.Split('\n')[^1], System.Globalization.CultureInfo.InvariantCulture), 1, 8);
        else Assert.Contains("\n1\n", result.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_SeesNothingOfTheHomeFolderButTools()
    {
        var home = Environment.GetEnvironmentVariable("HOME");
        var result = await engine.RunAsync("test -w ~ && ls -A ~; cat /etc/shadow; ls ~/.ssh ~/.aws ~/.netrc");

        if (!isOn || home is null) return;
        Assert.DoesNotContain("root:", result.Content, StringComparison.Ordinal);
        Assert.Contains(".ssh", result.Content, StringComparison.Ordinal);
        Assert.Contains("No such file", result.Content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo out; echo err >&2; exit 3", "Exit code 3.\nout\nerr")]
    [InlineData("true", "Exit code 0.")]
    [InlineData("no-such-program-anywhere || exit 9", "Exit code 9.")]
    [InlineData("cat; echo no input", "Exit code 0.\nno input")]
    public async Task ExitCodeAndOutput_AreThoseOfTheCommand(string command, string beginning)
    {
        var result = await engine.RunAsync(command);

        Assert.Equal(StepOutcome.Success, result.Status);
        Assert.StartsWith(beginning, result.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChainOfProcessesThatOutrunsEveryHunt_EndsWithItsSandbox()
    {
        var result = await engine.RunAsync(
            "readlink /proc/self/ns/pid; trap '' TERM; (setsid env -i PATH=\"$PATH\" sh -c 'trap \"\" TERM; f() { sleep 0.002; f & }; f' </dev/null >/dev/null 2>&1 &)");
        var space = result.Content.Split('\n').Single(line => line.StartsWith("pid:", StringComparison.Ordinal));

        if (isOn) await Eventually.TrueAsync(() => !SpacesOfProcesses().Contains(space));
        else Assert.Contains(space, SpacesOfProcesses());
    }

    [Fact]
    public async Task NetworkThatIsTurnedOff_IsNotThere()
    {
        await using var offline = await CommandEngine.StartAsync(("Sandbox:Network", "false"));
        var result = await offline.RunAsync("tail -n +3 /proc/net/dev | cut -d: -f1");

        if ((await offline.Services.GetRequiredService<ICommandSandbox>().FindStateAsync()).IsOn) Assert.Equal("lo", result.Content.Split('\n')[^1].Trim());
    }

    [Fact]
    public async Task SandboxThatIsTurnedOff_IsNotUsed_AndNothingIsWrongWithThat()
    {
        await using var open = await CommandEngine.StartAsync(("Sandbox:Mode", "Off"));
        var result = await open.RunAsync($"cat /proc/{Environment.ProcessId}/comm");

        Assert.Equal(new SandboxState(false, null), await open.Services.GetRequiredService<ICommandSandbox>().FindStateAsync());
        Assert.StartsWith("Exit code 0.", result.Content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SandboxMode.Auto)]
    [InlineData(SandboxMode.Required)]
    public async Task SandboxThatIsMissing_LetsCommandsRunWithout_UnlessItIsRequired(SandboxMode mode)
    {
        var options = Options.Create(new DashboardOptions { DataDirectory = outside, Sandbox = new SandboxOptions { Mode = mode } });
        var sandbox = new CommandSandbox(engine.Services.GetRequiredService<ProcessRunner>(), options, TimeProvider.System, NullLogger<CommandSandbox>.Instance, program: "no-such-sandbox");
        var order = new ProcessOrder("/bin/sh", ["-c", "true"], outside, TimeSpan.FromSeconds(5));

        if (mode == SandboxMode.Auto)
        {
            Assert.Same(order, await sandbox.PutIntoAsync(order, new SandboxFolders([outside], null)));
        }
        else
        {
            var refusal = await Assert.ThrowsAsync<ProcessStartException>(() => sandbox.PutIntoAsync(order, new SandboxFolders([outside], null)));
            Assert.Contains("TaskDashboard:Sandbox:Mode", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("not installed", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Command_GoesOn_WhenTheThreadThatAskedForItEnds()
    {
        if (!OperatingSystem.IsLinux()) return;
        var work = Directory.CreateDirectory(Path.Combine(outside, "long")).FullName;
        var order = new ProcessOrder("/bin/sh", ["-c", "touch begun; while [ ! -e go ]; do sleep 0.05; done; echo still here"], work, TimeSpan.FromSeconds(60));
        var wrapped = await engine.Services.GetRequiredService<CommandSandbox>().PutIntoAsync(order, new SandboxFolders([work], null));
        Task<ProcessResult>? running = null;
        string? own = null;
        var asking = new Thread(() =>
        {
            own = $"/proc/{new FileInfo("/proc/thread-self").LinkTarget}";
            running = engine.Services.GetRequiredService<ProcessRunner>().RunAsync(wrapped, CancellationToken.None);
            SpinWait.SpinUntil(() => File.Exists(Path.Combine(work, "begun")), TimeSpan.FromSeconds(20));
        });

        asking.Start();
        asking.Join();
        await Eventually.TrueAsync(() => !Directory.Exists(own));
        File.WriteAllText(Path.Combine(work, "go"), "");

        var result = await running!;
        Assert.Equal((ProcessEnd.Exited, 0, "still here\n"), (result.End, result.ExitCode, result.Output));
    }

    [Fact]
    public void ProgramsInTheHome_BringTheirLibraries_AndNotWhatElseIsBesideThem()
    {
        if (!OperatingSystem.IsLinux()) return;
        string At(string path) => Path.Combine(outside, path);
        foreach (var folder in new[] { ".local/bin", ".local/lib", ".local/share/keyrings", ".cargo/bin", "sdk/bin", "sdk/lib", "sdk/keys", "bin", ".tools/node/v22/bin" }) Directory.CreateDirectory(At(folder));
        var path = string.Join(':', new[] { ".local/bin", ".cargo/bin", "sdk/bin", "bin", ".tools/node/v22/bin" }.Select(At));

        var shown = SandboxMounts.Arguments(new SandboxFolders([], null), name => name switch { "HOME" => outside, "PATH" => path, _ => null }).Where(argument => argument.StartsWith(outside + "/", StringComparison.Ordinal)).Distinct();

        Assert.Equal([".cargo/bin", ".local/bin", ".local/lib", ".tools/node/v22", "bin", "sdk/bin", "sdk/lib"], shown.Select(mount => Path.GetRelativePath(outside, mount)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(".git")]
    [InlineData(".git/objects")]
    public void LinkInTheRepositoryOfAWorktree_LetsNoCommandInWhereItLeads(string link)
    {
        if (!OperatingSystem.IsLinux()) return;
        var (repository, work) = (Path.Combine(outside, "repository"), Directory.CreateDirectory(Path.Combine(outside, "data", "worktrees", "task_1")).FullName);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(repository, link))!);
        Directory.CreateSymbolicLink(Path.Combine(repository, link), Directory.CreateDirectory(Path.Combine(outside, "secret", "objects")).Parent!.FullName);

        var folders = SandboxFolders.Of(new ToolContext("task_1", work) { Hidden = Path.Combine(outside, "data"), Worktree = new TaskWorktree(repository, "task/1", "1") });

        Assert.Equal([work], folders.Writable);
        Assert.Equal(link == ".git" ? [] : [Path.Combine(repository, ".git")], folders.Readable);
    }

    private static HashSet<string> SpacesOfProcesses()
    {
        var spaces = new HashSet<string>();
        foreach (var picture in LinuxProcesses.List().OfType<ProcessPicture>())
        {
            try
            {
                if (new FileInfo($"/proc/{picture.Id}/ns/pid").LinkTarget is { } space) spaces.Add(space);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended in this moment, or is somebody else's.
            }
        }

        return spaces;
    }
}
