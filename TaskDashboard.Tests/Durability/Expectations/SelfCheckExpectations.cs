using System.Net;
using System.Text.Json;
using TaskDashboard.Tests.Api;

namespace TaskDashboard.Tests.Durability.Expectations;

/// <summary>What the program says about itself: every invariant holds, and its watchdog had nothing to put right.</summary>
internal static class SelfCheckExpectations
{
    /// <summary>Has the program look, and tells what it found.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(HttpClient client)
    {
        using var response = await client.PostAsync("/api/self-check", null);
        var report = await response.JsonAsync(HttpStatusCode.OK);
        List<string> violations =
        [
            .. from one in report.GetProperty("invariants").EnumerateArray()
               where one.String("status") != "ok"
               select $"self-check: {one.String("key")} is {one.String("status")}: {one.GetProperty("findings")}",
        ];
        var counters = report.GetProperty("counters");
        foreach (var never in new[] { "stale_writes", "calls_after_cancel", "stray_failures", "repairs" })
        {
            if (counters.GetProperty(never).GetInt64() is > 0 and var count) violations.Add($"self-check: {never} is {count}.");
        }

        if (violations.Count == 0 && report.GetProperty("healthy").ValueKind != JsonValueKind.True)
            violations.Add("self-check: not healthy, and nothing says why.");
        return violations;
    }
}
