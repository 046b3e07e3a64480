using System.Globalization;
using TaskDashboard.App.Api.Problems;

namespace TaskDashboard.App.Api;

/// <summary>Times as callers write them: ISO 8601, a day or a time of day; without an offset it is UTC.</summary>
internal static class TimeText
{
    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Null where there is none, and where it is none: then the errors say so.</summary>
    public static DateTimeOffset? Read(string field, string? text, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;

        errors.Add(field, $"{field} has to be a time such as 2026-01-31T12:00:00Z.");
        return null;
    }
}
