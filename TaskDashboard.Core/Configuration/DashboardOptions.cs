namespace TaskDashboard.Core.Configuration;

/// <summary>
/// The section <c>TaskDashboard</c> of the settings, less the parts that a folder keeps beside its own code
/// (<c>Providers</c> and <c>Roles</c> are <see cref="Providers"/>'). Everything has a default; checked at start.
/// </summary>
public sealed class DashboardOptions
{
    public const string Section = "TaskDashboard";

    /// <summary>Where the database and the work dirs are. Default: <c>TaskDashboard</c> in the user's local application data folder.</summary>
    public string? DataDirectory { get; set; }

    public LimitOptions Limits { get; set; } = new();

    public SandboxOptions Sandbox { get; set; } = new();

    public NetworkOptions Network { get; set; } = new();

    /// <summary>What happens at start to tasks whose process is gone. Default: they go on.</summary>
    public RecoveryPolicy Recovery { get; set; } = RecoveryPolicy.Resume;

    /// <summary>How long ended tasks are kept. Default: until somebody deletes them.</summary>
    public RetentionOptions Retention { get; set; } = new();

    /// <summary>The data directory as an absolute path, with the default filled in.</summary>
    public string ResolvedDataDirectory => Path.GetFullPath(string.IsNullOrWhiteSpace(DataDirectory)
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "TaskDashboard")
        : DataDirectory);
}

/// <summary>The section <c>TaskDashboard:Limits</c>.</summary>
public sealed class LimitOptions
{
    /// <summary>How many runs are at work at the same time; 1 to 100,000. Default 64.</summary>
    public int MaxConcurrentRuns { get; set; } = 64;

    /// <summary>How many runs of one agent are at work at the same time; 1 and up. Default null: as many as there are slots.</summary>
    public int? MaxConcurrentRunsPerAgent { get; set; }

    /// <summary>What happens to a task when every slot is taken. Default: it queues.</summary>
    public Backpressure Backpressure { get; set; } = Backpressure.Queue;

    /// <summary>Pause behind the first failed attempt of a task with several, in seconds, above 0; doubles with each. Default 2.</summary>
    public double RetryDelaySeconds { get; set; } = 2;

    /// <summary>Longest pause between two attempts in seconds; at least <see cref="RetryDelaySeconds"/>. Default 300.</summary>
    public double MaxRetryDelaySeconds { get; set; } = 300;

    /// <summary>How deep tasks may start tasks: 1 allows sub-tasks and no more; 0 to 100. Default 8.</summary>
    public int MaxTaskDepth { get; set; } = 8;

    /// <summary>How many live sub-tasks one task may have; 1 and up. Default 100.</summary>
    public int MaxLiveSubtasks { get; set; } = 100;

    /// <summary>Most model calls of one run; 1 to 10,000. Default 100.</summary>
    public int MaxSteps { get; set; } = 100;

    /// <summary>
    /// Longest time of one run in seconds; 1 and up. Waits for children, slots and rate limits count; time in which a person holds the run does not.
    /// Default 86,400 (a day).
    /// </summary>
    public int TimeoutSeconds { get; set; } = 86_400;

    /// <summary>Most tokens of one run, sent and received ones together; 1 and up. Default null: no limit but the agent's own.</summary>
    public long? MaxTokens { get; set; }

    /// <summary>Most US dollars of one run, where a price is known for its model; above 0. Default null: no limit but the agent's own.</summary>
    public decimal? MaxCost { get; set; }

    /// <summary>
    /// Longest answer of one model call in UTF-16 units, its thoughts and the arguments of its tool calls among it; 1,000 and up. A run whose model
    /// says more fails with <c>limit</c>; what was said until then is kept. Default 4,000,000.
    /// </summary>
    public int MaxAnswerCharacters { get; set; } = 4_000_000;

    /// <summary>How often the same tool may be called with the same arguments in a row before the run ends. Default 5.</summary>
    public int MaxRepeatedCalls { get; set; } = 5;

    /// <summary>How much of a command's output is kept on the disk, in bytes, where it is more than its result holds; 65,536 and up. Default 16 MiB.</summary>
    public long MaxCommandOutputBytes { get; set; } = 16 << 20;

    /// <summary>How many tool calls in a row may fail before the run ends. Default 10.</summary>
    public int MaxConsecutiveErrors { get; set; } = 10;
}

/// <summary>What happens to a task that finds every slot taken.</summary>
public enum Backpressure
{
    /// <summary>It is stored and waits for its turn.</summary>
    Queue,

    /// <summary>It is refused (429), and leaves no row. Tasks that wait for something else first are stored, and queue when it has come.</summary>
    Reject,
}

/// <summary>What happens at start to tasks that were at work when the process ended.</summary>
public enum RecoveryPolicy
{
    /// <summary>They go on from their last committed step, in a new run.</summary>
    Resume,

    /// <summary>They fail as <c>orphaned</c>; a person decides.</summary>
    Fail,
}

/// <summary>The section <c>TaskDashboard:Retention</c>: for how many days tasks are kept after they ended, 1 to 36,500. Null keeps them until somebody deletes them.</summary>
public sealed class RetentionOptions
{
    /// <summary>Days that completed tasks are kept. Default null.</summary>
    public int? Completed { get; set; }

    /// <summary>Days that failed tasks are kept. Default null.</summary>
    public int? Failed { get; set; }

    /// <summary>Days that cancelled tasks are kept. Default null.</summary>
    public int? Cancelled { get; set; }

    /// <summary>Whether anything is removed by itself.</summary>
    public bool IsOn => Completed is not null || Failed is not null || Cancelled is not null;
}
