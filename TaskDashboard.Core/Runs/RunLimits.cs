using System.Globalization;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>Ends a run that would go on for nothing: too many steps, a budget that is used up, the same call over and over, nothing but errors.</summary>
internal sealed class RunLimits(AgentDefinition agent, LimitOptions options)
{
    private readonly RunBound<int> steps = RunBound<int>.Smaller(agent, agent.Limits.MaxSteps, nameof(LimitOptions.MaxSteps), options.MaxSteps)!.Value;
    private readonly RunBudget budget = new(agent, options);
    private string? lastCall;
    private int repeats;
    private int errors;

    /// <exception cref="RunLimitException">It would be one too many.</exception>
    public void BeforeModel(int step)
    {
        if (step > steps.Value) throw Limit($"The run reached its limit of {steps.Value:N0} model calls ({steps.Place}).");
        budget.Reserve();
    }

    /// <inheritdoc cref="RunBudget.CostIsUnknown"/>
    public bool CostIsUnknown => budget.CostIsUnknown;

    /// <summary>Books what a model call has used.</summary>
    public void AfterModel(TaskUsage usage) => budget.Settle(usage);

    /// <exception cref="RunLimitException">The same tool was called with the same arguments too often in a row.</exception>
    public void BeforeTools(IReadOnlyList<ToolStep> calls)
    {
        var round = string.Join('\n', calls.Select(call => call.Signature));
        repeats = round == lastCall ? repeats + 1 : 1;
        lastCall = round;
        if (repeats > options.MaxRepeatedCalls)
        {
            throw Limit($"The agent made the same call {options.MaxRepeatedCalls} times in a row and wanted to make it again: {calls[0].Title}.");
        }
    }

    /// <exception cref="RunLimitException">Too many tool calls failed in a row.</exception>
    public void AfterTools(IEnumerable<ToolStepResult> results)
    {
        foreach (var result in results)
        {
            errors = result.Outcome == StepOutcome.Error ? errors + 1 : 0;
            if (errors >= options.MaxConsecutiveErrors)
            {
                throw Limit($"{errors} tool calls in a row failed; the last: {result.Call.Title}.");
            }
        }
    }

    /// <param name="characters">Length of a model's answer so far.</param>
    /// <exception cref="RunLimitException">It is more than one call may say.</exception>
    public void InAnswer(long characters)
    {
        if (characters > options.MaxAnswerCharacters)
        {
            throw Limit($"The model's answer grew beyond {options.MaxAnswerCharacters:N0} characters (TaskDashboard:Limits:MaxAnswerCharacters); what came until then is kept.");
        }
    }

    private static RunLimitException Limit(FormattableString text) => new(text.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A run reached one of its limits; the message says which.</summary>
internal sealed class RunLimitException(string message) : Exception(message);
