using System.ComponentModel;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Usage;

namespace TaskDashboard.App.Api;

/// <summary>What model calls came to.</summary>
internal static class UsageEndpoints
{
    private const int UsualDays = 30;

    public static void MapUsage(this RouteGroupBuilder api) => api.MapGroup("/usage").WithTags("Usage").MapGet("", ListAsync).WithName("listUsage")
        .WithSummary("Calls, tokens and estimated cost by day, agent, model and person. Owners see everybody's, others what was used for them.")
        .WithDescription("Days are those of UTC. With format=csv the same lines as comma-separated values.")
        .Produces<Page<UsageLine>>(200, "application/json", "text/csv")
        .Refuses(400);

    private static async Task<IResult> ListAsync(
        IUsageReader usage, TimeProvider time, CancellationToken cancellationToken,
        [FromQuery, Description("The first day, as 2026-11-21. Default: 29 days before the last.")] string? from = null,
        [FromQuery, Description("The last day. Default: today.")] string? to = null,
        [FromQuery(Name = "group_by"), Description("day, agent, model, person, or several with commas. Default day.")] string? groupBy = null,
        [FromQuery(Name = "person_id"), Description("Only what was used for this person.")] string? personId = null,
        [FromQuery, Description("json (default) or csv.")] string? format = null)
    {
        var errors = new FieldErrors();
        var last = Day("to", to, errors) ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var first = Day("from", from, errors) ?? last.AddDays(1 - UsualDays);
        var groups = GroupsIn(groupBy, errors);
        if (format is not (null or "json" or "csv")) errors.Add("format", "format has to be json or csv.");
        errors.Refuse();
        var lines = await usage.ListAsync(new UsageQuery { From = first, To = last, Groups = groups, PersonId = personId }, cancellationToken);
        return format == "csv"
            ? TypedResults.Text(Csv(lines), "text/csv", Encoding.UTF8)
            : TypedResults.Ok(new Page<UsageLine>(lines));
    }

    private static DateOnly? Day(string field, string? text, FieldErrors errors)
    {
        if (text is null) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        errors.Add(field, $"{field} has to be a day, such as 2026-11-21.");
        return null;
    }

    private static UsageGroups GroupsIn(string? text, FieldErrors errors)
    {
        var groups = UsageGroups.None;
        foreach (var name in (text ?? "day").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            groups |= name switch
            {
                "day" => UsageGroups.Day,
                "agent" => UsageGroups.Agent,
                "model" => UsageGroups.Model,
                "person" => UsageGroups.Person,
                _ => Unknown(name),
            };
        }

        return groups;

        UsageGroups Unknown(string name)
        {
            errors.Add("group_by", $"group_by has day, agent, model and person, not \"{name}\".");
            return UsageGroups.None;
        }
    }

    private static string Csv(IReadOnlyList<UsageLine> lines)
    {
        var text = new StringBuilder("day,person_id,agent_id,model,calls,input_tokens,output_tokens,cached_tokens,cost_usd\r\n");
        foreach (var line in lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"{line.Day:yyyy-MM-dd},{Field(line.PersonId)},{Field(line.AgentId)},{Field(line.Model)},{line.Calls},{line.Input},{line.Output},{line.Cached},{line.Cost}\r\n");
        }

        return text.ToString();
    }

    /// <summary>As RFC 4180 has it; and what a spreadsheet would take for a formula is none.</summary>
    private static string Field(string? value)
    {
        if (value is null) return "";
        var plain = value is ['=' or '+' or '-' or '@' or '\t', ..] ? $"'{value}" : value;
        return plain.AsSpan().IndexOfAny(',', '"', '\n') < 0 ? plain : $"\"{plain.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
