using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Telemetry;

/// <summary>What kind of failure an exception is, in one word that says nothing of what was being said.</summary>
internal static class ErrorTypes
{
    public static string Of(Exception exception) => exception switch
    {
        ProviderException provider => provider.Code,
        RunLimitException => ReasonCodes.Limit,
        OperationCanceledException => TelemetryNames.Cancelled,
        _ => exception.GetType().FullName ?? TelemetryNames.Other,
    };
}
