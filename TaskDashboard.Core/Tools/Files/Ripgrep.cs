using TaskDashboard.Core.Processes;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// The program <c>rg</c>, where it is installed: says quickly which files of a folder are worth a closer look. The lines are then found by the
/// managed search, so that what the model reads does not depend on what is installed. Safe for threads.
/// </summary>
/// <param name="processes">Runs it; nothing of it is left when a call is cancelled.</param>
/// <param name="program">Its path; null looks for it in the system's path, once for the process.</param>
/// <param name="leastFiles">From how many files on it is worth a process.</param>
internal sealed class Ripgrep(ProcessRunner processes, string? program = null, int leastFiles = Ripgrep.DefaultLeastFiles)
{
    private const int DefaultLeastFiles = 300;
    private const int RefusedPattern = 2;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>What is left out where more was written than is kept.</summary>
    private const string Gap = "bytes left out here";

    private static readonly Lazy<string?> Found = new(() => SearchPath.Find("rg"));

    private readonly string? program = program ?? Found.Value;

    /// <summary>Whether there is such a program here.</summary>
    public bool IsInstalled => program is not null;

    /// <summary>
    /// The files below a folder in which something matches, in order of paths; perhaps some in which nothing does. Null when it cannot tell, or
    /// when looking at the few files that there are is quicker.
    /// </summary>
    /// <param name="folder">Absolute path.</param>
    /// <param name="wanted">What to look for.</param>
    /// <param name="glob">Which files, as <see cref="FileGlob"/> takes it; null for all.</param>
    /// <param name="ended">Where it is counted when it had to be ended.</param>
    /// <param name="cancellationToken">Ends the program before this returns.</param>
    public async Task<RipgrepAnswer?> LookAsync(string folder, SearchPattern wanted, string? glob, ProcessCount ended, CancellationToken cancellationToken)
    {
        if (program is null || (!wanted.IsPlain && !RipgrepSyntax.Agrees(wanted.Text)) || !HasManyFiles(folder, cancellationToken)) return null;
        ProcessResult result;
        try
        {
            result = await processes.RunAsync(new ProcessOrder(program, Arguments(wanted, glob), folder, Timeout), cancellationToken);
        }
        catch (ProcessStartException)
        {
            // Uninstalled since it was found: all that is lost is time.
            return null;
        }

        ended.Add(result.Reaped);
        cancellationToken.ThrowIfCancellationRequested();
        if (result.ExitCode >= RefusedPattern) return null;
        var isWhole = !result.Output.Contains(Gap, StringComparison.Ordinal);
        var listed = isWhole ? result.Output : result.Output[..result.Output.IndexOf(Gap, StringComparison.Ordinal)];
        // Behind the last end of a name is nothing, or half a name.
        var names = listed.Split('\0')[..^1];
        return new RipgrepAnswer(
            [.. names.Select(name => name.StartsWith("./", StringComparison.Ordinal) || name.StartsWith(@".\", StringComparison.Ordinal) ? name[2..] : name)],
            isWhole, result.End == ProcessEnd.TimedOut);
    }

    private static List<string> Arguments(SearchPattern wanted, string? glob)
    {
        List<string> arguments =
        [
            "--no-config", "--no-ignore", "--hidden", "--no-follow", "--no-messages", "--color=never", "--sort=path", "--text", "--crlf",
            "--files-with-matches", "--null",
        ];
        if (wanted.IsPlain) arguments.Add("--fixed-strings");
        if (glob is not null && RipgrepSyntax.AgreesOnGlob(glob)) arguments.Add($"--iglob={(glob.StartsWith("./", StringComparison.Ordinal) ? glob[2..] : glob)}");
        // Behind the others, because the last one that fits decides.
        arguments.AddRange(FolderWalk.SkippedNames.Select(name => $"--iglob=!{name}/"));
        // The folder is named, because without it the program reads its input.
        arguments.AddRange(["--regexp", wanted.Text, "--", "."]);
        return arguments;
    }

    private bool HasManyFiles(string folder, CancellationToken cancellationToken)
    {
        var entries = 0;
        foreach (var _ in leastFiles == 0 ? [] : FolderWalk.Below(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++entries >= leastFiles) return true;
        }

        return leastFiles == 0;
    }
}

/// <summary>What ripgrep found.</summary>
/// <param name="Paths">Paths of files, relative to the folder.</param>
/// <param name="IsWhole">Whether these are all; otherwise they are the first ones.</param>
/// <param name="IsTimedOut">Whether it was stopped because it took too long.</param>
internal sealed record RipgrepAnswer(IReadOnlyList<string> Paths, bool IsWhole, bool IsTimedOut);
