namespace TaskDashboard.App.CommandLine;

/// <summary>What a command exits with. Scripts depend on the numbers: the help and the README list them.</summary>
internal static class ExitCodes
{
    /// <summary>Done; a watched task completed.</summary>
    public const int Fine = 0;

    /// <summary>The server refused, or the watched task failed.</summary>
    public const int Refused = 1;

    /// <summary>The command was not given as it has to be; nothing was asked of the server, or nothing but reading.</summary>
    public const int Usage = 2;

    /// <summary>No server answers.</summary>
    public const int NoServer = 3;

    /// <summary>The server asks for a key, or for one that may do more; or what was watched is not to be seen any more.</summary>
    public const int NotAllowed = 4;

    /// <summary>The watched task was cancelled.</summary>
    public const int Cancelled = 5;

    /// <summary>Ctrl+C.</summary>
    public const int Interrupted = 130;

    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Fine, "done; a watched task completed"),
        (Refused, "the server refused, or the watched task failed"),
        (Usage, "the command is not written as it has to be"),
        (NoServer, "no server answers"),
        (NotAllowed, "not allowed: a key is missing, may not do this, or was taken away while watching"),
        (Cancelled, "the watched task was cancelled"),
        (Interrupted, "interrupted by Ctrl+C; a watched task goes on"),
    ];
}
