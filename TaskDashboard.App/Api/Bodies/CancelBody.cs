using System.ComponentModel;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/tasks/{id}/cancel takes; an empty body means the whole tree.</summary>
internal sealed record CancelBody
{
    [Description("task or tree. Default tree.")]
    public string? Scope { get; init; }

    public CancelScope ToScope() => Scope switch
    {
        null or "tree" => CancelScope.Tree,
        "task" => CancelScope.Task,
        _ => throw RefusedException.Validation("scope", "scope has to be task or tree."),
    };
}

/// <summary>What a cancel did.</summary>
/// <param name="Accepted">Always true: a refusal is a problem.</param>
/// <param name="CancelledCount">How many live tasks were signalled.</param>
/// <param name="Status">Where the task itself stands now.</param>
internal sealed record CancelAnswer(bool Accepted, int CancelledCount, AgentTaskStatus Status);

/// <summary>What the cancel of many tasks did.</summary>
/// <param name="Accepted">Always true: a refusal is a problem.</param>
/// <param name="CancelledCount">How many live tasks were signalled; 0 where none was live.</param>
internal sealed record CancelAllAnswer(bool Accepted, int CancelledCount);
