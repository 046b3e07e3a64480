using Microsoft.Extensions.Options;

namespace TaskDashboard.Core.Configuration;

/// <summary>Checks the settings at start and tells every problem at once, each with its key.</summary>
internal sealed class DashboardOptionsValidation : IValidateOptions<DashboardOptions>
{
    public ValidateOptionsResult Validate(string? name, DashboardOptions options)
    {
        var problems = new List<string>();
        var limits = options.Limits;
        Check(limits.MaxConcurrentRuns is >= 1 and <= 100_000, "MaxConcurrentRuns", "from 1 to 100,000");
        Check(limits.MaxConcurrentRunsPerAgent is null or >= 1, "MaxConcurrentRunsPerAgent", "at least 1, or absent");
        Check(limits.MaxTaskDepth is >= 0 and <= 100, "MaxTaskDepth", "from 0 to 100");
        Check(limits.MaxLiveSubtasks >= 1, "MaxLiveSubtasks", "at least 1");
        Check(limits.RetryDelaySeconds is > 0 and <= 86_400, "RetryDelaySeconds", "above 0 and at most 86,400");
        Check(limits.MaxRetryDelaySeconds >= limits.RetryDelaySeconds, "MaxRetryDelaySeconds", "at least RetryDelaySeconds");
        Check(limits.MaxSteps is >= 1 and <= 10_000, "MaxSteps", "from 1 to 10,000");
        Check(limits.TimeoutSeconds >= 1, "TimeoutSeconds", "at least 1");
        Check(limits.MaxTokens is null or >= 1, "MaxTokens", "at least 1, or absent");
        Check(limits.MaxCost is null or > 0, "MaxCost", "above 0, or absent");
        Check(limits.MaxAnswerCharacters >= 1_000, "MaxAnswerCharacters", "at least 1,000");
        Check(limits.MaxRepeatedCalls >= 1, "MaxRepeatedCalls", "at least 1");
        Check(limits.MaxCommandOutputBytes >= 65_536, "MaxCommandOutputBytes", "at least 65,536");
        Check(limits.MaxConsecutiveErrors >= 1, "MaxConsecutiveErrors", "at least 1");
        if (!Enum.IsDefined(limits.Backpressure)) problems.Add("TaskDashboard:Limits:Backpressure has to be Queue or Reject.");
        foreach (var (status, days) in new[] { ("Completed", options.Retention.Completed), ("Failed", options.Retention.Failed), ("Cancelled", options.Retention.Cancelled) })
        {
            if (days is < 1 or > 36_500) problems.Add($"TaskDashboard:Retention:{status} has to be a number of days from 1 to 36,500, or absent.");
        }

        problems.AddRange(options.Network.Problems());
        if (!Enum.IsDefined(options.Recovery)) problems.Add("TaskDashboard:Recovery has to be Resume or Fail.");
        if (!Enum.IsDefined(options.Sandbox.Mode)) problems.Add("TaskDashboard:Sandbox:Mode has to be Auto, Off or Required.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Check(bool fits, string key, string range)
        {
            if (!fits) problems.Add($"TaskDashboard:Limits:{key} has to be {range}.");
        }
    }
}
