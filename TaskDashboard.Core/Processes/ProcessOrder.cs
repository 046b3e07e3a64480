namespace TaskDashboard.Core.Processes;

/// <summary>What to run.</summary>
/// <param name="Program">The program; looked for in the path.</param>
/// <param name="Arguments">Its arguments, each as it is.</param>
/// <param name="Folder">Absolute path of the folder that it works in.</param>
/// <param name="Timeout">How long it may run.</param>
internal sealed record ProcessOrder(string Program, IReadOnlyList<string> Arguments, string Folder, TimeSpan Timeout)
{
    /// <summary>The task whose command it is; null for what this program runs for itself.</summary>
    public string? TaskId { get; init; }

    /// <summary>Is told all that it writes, as it comes, on a thread of the pool, one call at a time for each of its outputs; null for nobody.</summary>
    public ProcessOutputHandler? Heard { get; init; }

    /// <summary>Variables of its own, beside the few that every child process gets; they win over those.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>Takes in a piece of what a process writes. Not to be kept beyond the call.</summary>
internal delegate void ProcessOutputHandler(ReadOnlySpan<byte> piece);

/// <summary>How a process ended.</summary>
/// <param name="End">Which way.</param>
/// <param name="ExitCode">Its exit code; null when it was ended.</param>
/// <param name="Output">What it wrote, as far as it is kept.</param>
/// <param name="Reaped">How many processes were ended from outside: it, and what it had left behind.</param>
/// <param name="Left">Processes that could not be ended in time; empty, unless the system refused.</param>
internal sealed record ProcessResult(ProcessEnd End, int? ExitCode, string Output, int Reaped, IReadOnlyList<int> Left);

/// <summary>Ways in which a process ends.</summary>
internal enum ProcessEnd
{
    /// <summary>By itself.</summary>
    Exited,

    /// <summary>It ran too long.</summary>
    TimedOut,

    /// <summary>Somebody stopped it.</summary>
    Cancelled,
}
