namespace TaskDashboard.Core.Providers;

/// <summary>One thing that the builtin assistant was asked to do.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Subject">With what: a path, a text, an expression, a command; empty where it was left out.</param>
/// <param name="Path">Where, for the kinds that have a subject besides.</param>
/// <param name="Replacement">What an edit puts in place of its subject.</param>
/// <param name="Amount">How many words or seconds.</param>
internal sealed record Instruction(InstructionKind Kind, string Subject = "", string Path = "", string Replacement = "", double Amount = 0)
{
    /// <summary>Several texts: the answers to choose from, or the steps of a plan.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>A file that came with a message is meant.</summary>
    public bool IsAttached { get; init; }

    /// <summary>Where the work folder has no such file, the attached one of that name is meant.</summary>
    public bool OrAttached { get; init; }

    /// <summary>What <see cref="InstructionKind.AttachedInstead"/> comes down to.</summary>
    public Instruction? Instead { get; init; }

    /// <summary>Why it is done, where that was worked out and not asked for.</summary>
    public string Because { get; init; } = "";
}

/// <summary>What the builtin assistant can be asked to do.</summary>
internal enum InstructionKind
{
    ListFiles,
    ReadFile,
    Search,
    Write,
    Edit,
    Count,
    Calculate,
    Wait,
    Run,
    Ask,
    Summarise,
    Spawn,
    Tell,
    CancelTask,
    WaitForTasks,
    ListTasks,
    FindFiles,
    Fetch,
    Plan,

    /// <summary>What running tests and mending a line come down to, one call each.</summary>
    LookForTests,
    Test,
    ReadFailing,
    Mend,

    /// <summary>These stand for others, which <see cref="DerivedInstructions"/> works out.</summary>
    RunTests,
    RunTestsAgain,
    StartTests,
    FixLine,
    MendLine,
    AttachedInstead,
    AttachedFiles,

    /// <summary>The rest needs no tool.</summary>
    SayWords,
    Think,
    Echo,

    /// <summary>Word of another task, which is told and not carried out.</summary>
    News,
    Help,
    Stop,
    Unknown,
}

/// <summary>Instructions that are carried out together: one, or several in parallel.</summary>
internal sealed record InstructionRound(IReadOnlyList<Instruction> Instructions)
{
    /// <summary>Which message of the turn asked for it.</summary>
    public int Message { get; init; }

    /// <summary>Whether a later message said to stop: what it has begun is told, and nothing more of it is begun.</summary>
    public bool IsStopped { get; init; }
}
