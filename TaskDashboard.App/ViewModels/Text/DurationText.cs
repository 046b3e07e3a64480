using System.Globalization;
using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;

namespace TaskDashboard.App.ViewModels.Text;

/// <summary>Durations in words. <c>js/live-time.js</c> follows the same rules for those that tick.</summary>
public static class DurationText
{
    public static string Of(TimeSpan duration, IStringLocalizer<Strings> words)
    {
        if (duration < TimeSpan.Zero) duration = TimeSpan.Zero;
        return duration switch
        {
            { TotalSeconds: < 1 } => Number(words["Duration.Seconds"], Math.Max(0.1, Math.Round(duration.TotalSeconds, 1)).ToString("0.#", CultureInfo.CurrentCulture)),
            { TotalMinutes: < 1 } => Number(words["Duration.Seconds"], (int)duration.TotalSeconds),
            { TotalHours: < 1 } => Pair(words["Duration.Minutes"], (int)duration.TotalMinutes, words["Duration.Seconds"], duration.Seconds),
            { TotalDays: < 1 } => Pair(words["Duration.Hours"], (int)duration.TotalHours, words["Duration.Minutes"], duration.Minutes),
            _ => Pair(words["Duration.Days"], (int)duration.TotalDays, words["Duration.Hours"], duration.Hours),
        };
    }

    /// <summary>The same, with milliseconds below a second: for what is expected to take no time at all.</summary>
    public static string Exact(TimeSpan duration, IStringLocalizer<Strings> words) => duration.TotalSeconds < 1
        ? Number(words["Duration.Milliseconds"], Math.Max(0, (int)duration.TotalMilliseconds))
        : Of(duration, words);

    private static string Number(string pattern, object number) => string.Format(CultureInfo.CurrentCulture, pattern, number);

    private static string Pair(string large, int largeNumber, string small, int smallNumber) =>
        $"{Number(large, largeNumber)} {Number(small, smallNumber)}";
}
