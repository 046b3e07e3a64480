using System.Globalization;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// The tokens and the money of one run. Before each model call the least that it will use is set aside, and the call is not made where that is not
/// left; what it did use is booked behind it, whatever became of its answer.
/// </summary>
/// <remarks>
/// The least is what the call before sent and received: a conversation only grows. A first call has nothing before it, so that one call is always
/// made; and as nobody knows how long an answer will be, a run can go over its budget by its last answer. A run makes one model call at a time.
/// </remarks>
internal sealed class RunBudget(AgentDefinition agent, LimitOptions options)
{
    private readonly RunBound<long>? tokens = RunBound<long>.Smaller(agent, agent.Limits.MaxTokens, nameof(LimitOptions.MaxTokens), options.MaxTokens);
    private readonly RunBound<decimal>? cost = RunBound<decimal>.Smaller(agent, agent.Limits.MaxCost, nameof(LimitOptions.MaxCost), options.MaxCost);
    private TaskUsage spent = TaskUsage.None;
    private long next;

    /// <summary>There is a limit of cost, and something was used that nobody knows the price of.</summary>
    public bool CostIsUnknown { get; private set; }

    /// <summary>Sets aside what the next model call will use at least.</summary>
    /// <exception cref="RunLimitException">It is not left.</exception>
    public void Reserve()
    {
        var used = spent.Input + spent.Output;
        if (tokens is { } bound && used >= bound.Value)
        {
            throw Over($"The run has used {used:N0} tokens, and may use {bound.Value:N0} ({bound.Place}). What it did until then is kept.");
        }

        if (tokens is { } least && used + next > least.Value)
        {
            throw Over($"The run has used {used:N0} of the {least.Value:N0} tokens that it may use ({least.Place}), and its next model call would take at least {next:N0}. What it did until then is kept.");
        }

        if (cost is { } price && spent.Cost >= price.Value)
        {
            throw Over($"The run has cost {spent.Cost:0.00##} US dollars, and may cost {price.Value:0.00##} ({price.Place}). What it did until then is kept.");
        }
    }

    /// <summary>Books what a model call has used.</summary>
    public void Settle(TaskUsage usage)
    {
        spent = spent.Add(usage);
        CostIsUnknown |= cost is not null && usage.Cost is null;
        next = usage.Input + usage.Output;
    }

    private static RunLimitException Over(FormattableString text) => new(text.ToString(CultureInfo.InvariantCulture));
}
