using System.Globalization;
using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.App.ViewModels.Triggers;

/// <summary>Says a schedule in a sentence of the reader's language. What it has no words for is shown as it was written, so that no sentence is ever wrong.</summary>
internal static class ScheduleSentence
{
    private const int MostTimes = 6;

    private static readonly string[] DayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private static readonly string[] MonthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    public static string Of(TriggerDefinition definition, IStringLocalizer<Strings> words) => definition switch
    {
        { Kind: TriggerKind.Webhook } => words["Schedule.Webhook"],
        { EveryS: { } seconds } => Every(seconds, words),
        { Cron: { } cron } => Zoned(OfCron(cron, words) ?? words["Schedule.Expression", cron], definition.TimeZone, words),
        _ => "",
    };

    private static string Zoned(string sentence, string zone, IStringLocalizer<Strings> words) => zone == "UTC" ? words["Schedule.Utc", sentence] : words["Schedule.Zone", sentence, zone];

    private static string Every(long seconds, IStringLocalizer<Strings> words) => seconds switch
    {
        _ when seconds % 86_400 == 0 => Count("Schedule.EveryDays", seconds / 86_400, words),
        _ when seconds % 3_600 == 0 => Count("Schedule.EveryHours", seconds / 3_600, words),
        _ when seconds % 60 == 0 => Count("Schedule.EveryMinutes", seconds / 60, words),
        _ => Count("Schedule.EverySeconds", seconds, words),
    };

    private static string Count(string key, long number, IStringLocalizer<Strings> words) => number == 1 ? words[$"{key}.One"] : words[key, number];

    private static string? OfCron(string cron, IStringLocalizer<Strings> words)
    {
        var text = cron.Trim();
        if (text.StartsWith('@'))
        {
            text = text.ToLowerInvariant() switch
            {
                "@hourly" => "0 * * * *",
                "@daily" or "@midnight" => "0 0 * * *",
                "@weekly" => "0 0 * * 0",
                "@monthly" => "0 0 1 * *",
                "@yearly" or "@annually" => "0 0 1 1 *",
                _ => text,
            };
        }

        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var firstDay = fields.Length == 5 ? 0 : 1;
        if (fields.Length == 5) fields = ["0", .. fields];
        if (fields is not [var second, var minute, var hour, var day, var month, var weekday]) return null;
        if (Days(day, month, weekday, firstDay, words) is not { } days) return null;
        return Times(second, minute, hour, words) is not { } times ? null : days.Length == 0 ? times.Alone : words["Schedule.DaysAndTimes", days, times.Behind];
    }

    /// <summary>The time of day: as a sentence of its own for every day, and as the part behind the days.</summary>
    private static (string Alone, string Behind)? Times(string second, string minute, string hour, IStringLocalizer<Strings> words)
    {
        if (Step(second, 60) is { } seconds && IsAny(minute) && IsAny(hour)) return Same(Count("Schedule.EverySeconds", seconds, words));
        if (second != "0") return null;
        if (Step(minute, 60) is { } minutes && IsAny(hour)) return Same(Count("Schedule.EveryMinutes", minutes, words));
        if (List(minute, 0, 59) is not { Count: 1 } atMinute) return null;
        if (IsAny(hour)) return Same(atMinute[0] == 0 ? words["Schedule.Hourly"] : words["Schedule.HourlyAt", atMinute[0]]);
        if (Step(hour, 24) is { } hours && atMinute[0] == 0) return Same(Count("Schedule.EveryHours", hours, words));
        if (List(hour, 0, 23) is not { } atHours || atHours.Count > MostTimes) return null;
        var times = Joined(atHours.Select(at => new TimeOnly(at, atMinute[0]).ToString("t", CultureInfo.CurrentCulture)), words);
        return (words["Schedule.DailyAt", times], words["Schedule.At", times]);

        static (string, string) Same(string sentence) => (sentence, char.ToLower(sentence[0], CultureInfo.CurrentUICulture) + sentence[1..]);
    }

    /// <summary>The days, or an empty text for every day; null where there are no words for them.</summary>
    private static string? Days(string day, string month, string weekday, int firstDay, IStringLocalizer<Strings> words)
    {
        var format = CultureInfo.CurrentUICulture.DateTimeFormat;
        if (IsAny(day) && IsAny(month) && IsAny(weekday)) return "";
        if (IsAny(day) && IsAny(month))
        {
            if (List(weekday, firstDay, firstDay + 7, DayNames, firstDay) is not { } weekdays) return null;
            var days = weekdays.Select(one => (one - firstDay) % 7).Distinct().ToList();
            if (days.Order().SequenceEqual([1, 2, 3, 4, 5])) return words["Schedule.Weekdays"].Value;
            return days.Count == 7 ? "" : words["Schedule.OnDays", Joined(days.OrderBy(one => (one + 6) % 7).Select(one => format.GetDayName((DayOfWeek)one)), words)].Value;
        }

        if (!IsAny(weekday) || List(day, 1, 31) is not { } dates || dates.Count > MostTimes) return null;
        var numbers = Joined(dates.Select(one => one.ToString(CultureInfo.CurrentCulture)), words);
        if (IsAny(month)) return words["Schedule.DayOfMonth", numbers].Value;
        return List(month, 1, 12, MonthNames, 1) is { } months ? words["Schedule.DayOfYear", numbers, Joined(months.Select(format.GetMonthName), words)].Value : null;
    }

    private static bool IsAny(string field) => field is "*" or "?";

    /// <summary>The step of a field that goes on evenly: one that does not go into the whole begins anew before it is over.</summary>
    private static int? Step(string field, int whole) => field == "*" ? 1 : (field.StartsWith("*/", StringComparison.Ordinal) || field.StartsWith("0/", StringComparison.Ordinal))
        && int.TryParse(field.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step > 0 && whole % step == 0 ? step : null;

    private static List<int>? List(string field, int least, int most, string[]? names = null, int firstName = 0)
    {
        var numbers = new List<int>();
        foreach (var part in field.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || Number(ends[0]) is not { } from || Number(ends[^1]) is not { } to || from > to) return null;
            for (var number = from; number <= to; number++) numbers.Add(number);
        }

        return numbers;

        int? Number(string text)
        {
            var name = names is null ? -1 : Array.FindIndex(names, one => one.Equals(text, StringComparison.OrdinalIgnoreCase));
            if (name >= 0) return name + firstName;
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
        }
    }

    private static string Joined(IEnumerable<string> items, IStringLocalizer<Strings> words)
    {
        var all = items.ToList();
        return all.Count == 1 ? all[0] : words["Schedule.And", string.Join(words["Schedule.Comma"], all.Take(all.Count - 1)), all[^1]];
    }
}
