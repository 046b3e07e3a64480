using System.Globalization;

namespace TaskDashboard.App.CommandLine;

/// <summary>Lengths of time as people write them: <c>90s</c>, <c>15m</c>, <c>2h</c>, <c>7d</c>, <c>4w</c>; a number alone is seconds.</summary>
internal static class DurationText
{
    /// <exception cref="CommandFailure">It is none, or not above nothing.</exception>
    public static TimeSpan Parse(string option, string text)
    {
        var trimmed = text.Trim();
        var (digits, unit) = trimmed.Length > 0 && char.IsAsciiLetter(trimmed[^1]) ? (trimmed[..^1], char.ToLowerInvariant(trimmed[^1])) : (trimmed, 's');
        TimeSpan? each = unit switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
        return each is { } length && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 && count < TimeSpan.FromDays(36_500) / length
            ? count * length
            : throw CommandFailure.Usage($"{option} has to be a length of time such as 90s, 15m, 2h, 7d or 4w, not \"{text}\".");
    }

    public static long Seconds(string option, string text) => (long)Parse(option, text).TotalSeconds;

    /// <summary>For people: <c>0:07</c>, <c>12:30</c>, <c>3:05:00</c>.</summary>
    public static string Clock(TimeSpan length)
    {
        var time = length < TimeSpan.Zero ? TimeSpan.Zero : length;
        return time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
    }

    /// <summary>How long ago, in one unit.</summary>
    public static string Ago(TimeSpan length) => length switch
    {
        { TotalSeconds: < 60 } => "just now",
        { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalMinutes} min ago"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalHours} h ago"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalDays} d ago"),
    };
}
