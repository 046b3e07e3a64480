namespace TaskDashboard.App.CommandLine;

/// <summary>A command ends here, for a reason that a person can do something about. Everything in it is shown.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">What happened, in one sentence.</param>
/// <param name="more">Further lines: what is wrong with which field, and what to do.</param>
internal sealed class CommandFailure(int exitCode, string message, params IReadOnlyList<string> more) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public IReadOnlyList<string> More { get; } = more;

    /// <summary>The HTTP status behind it; null where the server did not say no.</summary>
    public int? Status { get; init; }

    /// <summary>What the refusal is called for machines; null where it has no such name.</summary>
    public string? Code { get; init; }

    /// <summary>When the server can be asked again; null where it has not said.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True where the server does not know the address at all, as an older one would not.</summary>
    public bool IsUnknownAddress { get; init; }

    public static CommandFailure Usage(string message, params IReadOnlyList<string> more) => new(ExitCodes.Usage, message, more);
}
