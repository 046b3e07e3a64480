using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Budgets;

/// <summary>How much something may cost, in US dollars as the price list estimates them.</summary>
public sealed record Budget
{
    public required string Id { get; init; }

    public BudgetScope Scope { get; init; }

    /// <summary>The id of what it holds: a task, the task above a tree, an agent, a person; empty for the server.</summary>
    public required string Target { get; init; }

    /// <summary>Above 0, up to 1,000,000: in all for a task and a tree, each day (UTC) for the others.</summary>
    public decimal Usd { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What it is called where a sentence begins with it.</summary>
    internal string Noun => Scope switch
    {
        BudgetScope.Task => "The budget of this task",
        BudgetScope.Tree => "The budget of this task and those below it",
        BudgetScope.Agent => "Today's budget of the agent",
        BudgetScope.Person => "Today's budget of the person",
        _ => "Today's budget of the server",
    };

    /// <summary>It is whole again each day.</summary>
    public bool IsDaily => Scope is BudgetScope.Agent or BudgetScope.Person or BudgetScope.Server;
}

/// <summary>What a budget holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BudgetScope>))]
public enum BudgetScope
{
    /// <summary>One task, all its runs.</summary>
    [JsonStringEnumMemberName("task")] Task,

    /// <summary>A task and everything below it.</summary>
    [JsonStringEnumMemberName("tree")] Tree,

    /// <summary>The tasks of an agent, each day.</summary>
    [JsonStringEnumMemberName("agent")] Agent,

    /// <summary>The tasks of a person and of whatever these start, each day.</summary>
    [JsonStringEnumMemberName("person")] Person,

    /// <summary>Everything here, each day.</summary>
    [JsonStringEnumMemberName("server")] Server,
}

/// <summary>How a budget stands.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="Spent">What calls have cost that are done; of a daily one, today.</param>
/// <param name="Reserved">What calls that are under way may cost at worst.</param>
public sealed record BudgetStanding(Budget Budget, decimal Spent, decimal Reserved)
{
    /// <summary>The part that is used from which on people are warned.</summary>
    public const decimal WarnAt = 0.8m;

    /// <summary>What is left to reserve; below 0 where a budget was lowered.</summary>
    public decimal Left => Budget.Usd - Spent - Reserved;

    public bool IsNearlyUsed => Spent >= Budget.Usd * WarnAt;
}
