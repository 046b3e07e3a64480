namespace TaskDashboard.Core.Triggers;

/// <summary>What a trigger may be. All problems are told at once, each with its field.</summary>
internal static class TriggerValidation
{
    private const int MaxNameLength = 100;
    private const long MaxEverySeconds = 365 * 86_400L;
    private const int MaxTimeoutSeconds = 30 * 86_400;
    private const int MaxSecretLength = 200;

    /// <summary>Everything that is wrong with it, by field.</summary>
    public static Dictionary<string, string[]> Problems(TriggerDefinition definition, DateTimeOffset now)
    {
        var errors = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(definition.Name)) errors["name"] = ["name is missing: what people call the trigger."];
        else if (definition.Name.Length > MaxNameLength) errors["name"] = [$"name may be {MaxNameLength} characters long, not {definition.Name.Length}."];
        if (definition.Template is not null && !string.IsNullOrWhiteSpace(definition.Message)) errors["message"] = ["The template says the message: leave message away, or the template."];
        else if (definition.Template is null && string.IsNullOrWhiteSpace(definition.Message)) errors["message"] = ["message is empty: what the agent is told at each firing, or a template that says it."];
        if (definition.IsScheduled) CheckSchedule(definition, errors);
        else CheckWebhook(definition, errors);
        if (!Enum.IsDefined(definition.Overlap)) errors["overlap"] = ["overlap has to be skip, queue or cancel_previous."];
        if (definition.CatchUpLimit is < 1 or > 100) errors["catch_up_limit"] = ["catch_up_limit has to be from 1 to 100."];
        if (definition.MaxFirings is < 1) errors["max_firings"] = ["max_firings has to be 1 or more, or absent for no end."];
        if (definition.Until is { } until && until <= now) errors["until"] = ["until is over already: give a moment to come, or none."];
        if (definition.TimeoutS is < 1 or > MaxTimeoutSeconds) errors["timeout_s"] = [$"timeout_s has to be from 1 to {MaxTimeoutSeconds} seconds."];
        return errors;
    }

    /// <summary>Puts what is wrong with a schedule into <paramref name="errors"/>.</summary>
    public static void CheckSchedule(TriggerDefinition definition, Dictionary<string, string[]> errors)
    {
        if (definition.Secret is not null) errors["secret"] = ["secret is for webhooks."];
        if (definition.Cron is null == definition.EveryS is null)
        {
            errors["cron"] = ["Say when: either cron (an expression such as \"0 9 * * 1-5\") or every_s (a number of seconds), and not both."];
            return;
        }

        if (definition.EveryS is < 1 or > MaxEverySeconds) errors["every_s"] = [$"every_s has to be from 1 to {MaxEverySeconds} seconds."];
        var isZone = TimeZoneInfo.TryFindSystemTimeZoneById(definition.TimeZone, out var zone);
        if (!isZone) errors["time_zone"] = [$"There is no time zone \"{definition.TimeZone}\": an IANA name is wanted, such as Europe/Berlin or UTC."];
        if (definition.Cron is not { } cron) return;
        try
        {
            if (CronSchedule.Parse(cron, zone ?? TimeZoneInfo.Utc).Next(DateTimeOffset.UnixEpoch.AddYears(40)) is null) errors["cron"] = [$"\"{cron}\" has no date: it never fires."];
        }
        catch (FormatException exception)
        {
            errors["cron"] = [$"\"{cron}\" is no cron expression: {exception.Message.TrimEnd('.')}. Five fields are minute, hour, day, month, weekday; six begin with seconds."];
        }
    }

    private static void CheckWebhook(TriggerDefinition definition, Dictionary<string, string[]> errors)
    {
        if (definition.Cron is not null) errors["cron"] = ["cron is for schedules; a webhook fires when it is called."];
        if (definition.EveryS is not null) errors["every_s"] = ["every_s is for schedules; a webhook fires when it is called."];
        if (definition.Secret is { Length: 0 or > MaxSecretLength }) errors["secret"] = [$"secret has to be 1 to {MaxSecretLength} characters long, or absent."];
    }
}
