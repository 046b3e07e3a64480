using System.ComponentModel;
using System.Globalization;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Processes.Sandboxing;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Tools.Commands;

/// <summary>
/// <c>run_command</c>: a shell command in the task's work dir. When it returns, nothing of it is left running, whatever it had put into the background.
/// </summary>
/// <remarks>
/// In the sandbox, where there is one, it sees the system's programs and the task's folders and nothing else. Without, it is confined by where it
/// starts, not by what it can reach: it may do what this program's user may. Whoever gives it to an agent trusts that agent with a shell.
/// </remarks>
internal sealed class CommandToolSource : IToolSource
{
    private const double DefaultSeconds = 120;
    private const double MaxSeconds = 3_600;

    private readonly ProcessRunner processes;
    private readonly CommandSandbox sandbox;
    private readonly CommandOutputs outputs;
    private readonly ToolPrototype prototype;

    public CommandToolSource(ProcessRunner processes, CommandSandbox sandbox, CommandOutputs outputs)
    {
        this.processes = processes;
        this.sandbox = sandbox;
        this.outputs = outputs;
        prototype = new(RunAsync, "run_command",
            "Runs a shell command in the work folder and returns its exit code and what it wrote. It gets no input, and what it leaves in the background is ended with it.",
            ToolRisk.Execute, arguments => $"Run {ToolTitle.Text(arguments, "command")}", new ToolSubject(ToolSubjectKind.Command, "command"));
        Names = [prototype.Name];
    }

    public IReadOnlyList<string> Names { get; }

    public IEnumerable<AgentTool> Create(ToolContext context) => [prototype.Bind(new WorkDirectory(context), context)];

    private async Task<string> RunAsync(
        WorkDirectory directory,
        ToolContext context,
        [Description("The command, as a shell takes it.")] string command,
        [Description("Longest time in seconds, from 1 to 3600. Default 120.")] double timeout_seconds = DefaultSeconds,
        CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(command)) throw new ToolException("The command is empty.");
        if (timeout_seconds is not (>= 1 and <= MaxSeconds)) throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"timeout_seconds must be from 1 to {MaxSeconds}, not {timeout_seconds}."));
        var folder = directory.Resolve(".").Full;
        Directory.CreateDirectory(folder);
        var order = OperatingSystem.IsWindows()
            ? new ProcessOrder("cmd.exe", ["/d", "/c", command], folder, TimeSpan.FromSeconds(timeout_seconds))
            : new ProcessOrder("/bin/sh", ["-c", command], folder, TimeSpan.FromSeconds(timeout_seconds));
        using var whole = outputs.Begin(context.TaskId, Lineage.Current?.CallId ?? "");
        var tail = new CommandTail();
        var progress = CallProgress.Current;
        ProcessResult result;
        var isWrapped = false;
        try
        {
            var wrapped = await sandbox.PutIntoAsync(order with { Heard = Hear, TaskId = context.TaskId }, SandboxFolders.Of(context));

            // The sandbox's own processes come down with it: what was left behind is told only where it was really left.
            isWrapped = wrapped.Program != order.Program;
            result = await processes.RunAsync(wrapped, cancellationToken);
        }
        catch (ProcessStartException failure)
        {
            throw new ToolException(failure.Message, failure);
        }

        context.Processes.Add(result.Reaped);
        cancellationToken.ThrowIfCancellationRequested();
        return string.Create(CultureInfo.InvariantCulture, $"{First(isWrapped && result.End == ProcessEnd.Exited ? result with { Reaped = 0 } : result, timeout_seconds)}\n{result.Output}").TrimEnd() + Whole(whole);

        void Hear(ReadOnlySpan<byte> piece)
        {
            whole.Add(piece);
            tail.Add(piece);
            progress?.Report(tail.ToString);
        }
    }

    private static string Whole(CommandOutput output) => output.Failure is { } failure ? $"\n[The whole output could not be kept: {failure}]" : "";

    private static string First(ProcessResult result, double seconds) => result switch
    {
        { End: ProcessEnd.TimedOut } => string.Create(CultureInfo.InvariantCulture, $"Stopped after {seconds} s, with everything that it had started. Until then it wrote:"),
        { Reaped: > 0 } => string.Create(CultureInfo.InvariantCulture, $"Exit code {result.ExitCode}. {result.Reaped} processes that it had left in the background were ended."),
        _ => string.Create(CultureInfo.InvariantCulture, $"Exit code {result.ExitCode}."),
    };
}
