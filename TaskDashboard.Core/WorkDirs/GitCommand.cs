using TaskDashboard.Core.Processes;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>
/// Runs git so that nothing runs with it: no hooks, no monitor, no transport. Asks nobody for a password. On systems with a shell.
/// </summary>
/// <remarks>
/// What an agent writes into a repository's configuration would otherwise be run by whoever looks at its changes. Filters cannot be turned off once and
/// for all: what looks at files does so by a <see cref="BorrowedRepository"/>.
/// </remarks>
internal sealed class GitCommand(ProcessRunner processes)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static readonly string[] Harmless =
    [
        "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never", "-c", "credential.helper=", "-c", "core.quotePath=false",
        "-c", "submodule.recurse=false", "-c", "advice.detachedHead=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "safe.bareRepository=explicit", "--no-optional-locks",
    ];

    /// <summary>What no configuration overrules: a repository may say of a single transport that it is allowed, and that git is to fetch by it what it misses.</summary>
    private static readonly Dictionary<string, string> NoTransport = new() { ["GIT_ALLOW_PROTOCOL"] = "none", ["GIT_NO_LAZY_FETCH"] = "1", ["GIT_TERMINAL_PROMPT"] = "0" };

    /// <summary>Whether this system can run it at all, git being installed.</summary>
    public static bool IsSupported => !OperatingSystem.IsWindows();

    /// <summary>Runs it to its end; what it writes comes with its complaints, as they came.</summary>
    /// <param name="folder">Where, as an absolute path.</param>
    /// <param name="arguments">The arguments behind those that make it harmless.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<GitAnswer> RunAsync(string folder, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunShellAsync("exec git \"$@\"", folder, arguments, cancellationToken);

    /// <summary>Runs it with its output in a file, for output that is data or long; what it complains of is in the answer.</summary>
    /// <param name="folder">Where, as an absolute path.</param>
    /// <param name="output">The file that is written.</param>
    /// <param name="arguments">The arguments behind those that make it harmless.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="input">A file that it reads; null for nothing.</param>
    public Task<GitAnswer> RunIntoAsync(string folder, string output, IReadOnlyList<string> arguments, CancellationToken cancellationToken, string? input = null) =>
        RunShellAsync("into=$1; from=$2; shift 2; exec git \"$@\" < \"$from\" > \"$into\"", folder, arguments, cancellationToken, output, input ?? "/dev/null");

    private async Task<GitAnswer> RunShellAsync(string script, string folder, IReadOnlyList<string> arguments, CancellationToken cancellationToken, params string[] files)
    {
        if (!IsSupported) return new GitAnswer(false, "git is used on Linux and macOS only.");
        try
        {
            var order = new ProcessOrder("/bin/sh", ["-c", script, "sh", .. files, .. Harmless, .. arguments], folder, Timeout) { Environment = NoTransport };
            var result = await processes.RunAsync(order, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return result.ExitCode switch
            {
                0 => new GitAnswer(true, result.Output.TrimEnd('\n')),
                127 => new GitAnswer(false, "git is not installed on the server."),
                null => new GitAnswer(false, "git did not come to an end."),
                _ => new GitAnswer(false, result.Output.Trim()),
            };
        }
        catch (ProcessStartException failure)
        {
            return new GitAnswer(false, failure.Message);
        }
    }
}

/// <summary>What git said.</summary>
/// <param name="Succeeded">Whether it did as it was told.</param>
/// <param name="Text">Its output, or its complaint.</param>
internal sealed record GitAnswer(bool Succeeded, string Text)
{
    /// <summary>The last line: an answer of one line, behind what git may have warned of.</summary>
    public string Line => Text[(Text.LastIndexOf('\n') + 1)..];
}
