using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.Core.Triggers;

/// <summary>What a firing says.</summary>
/// <param name="Text">To the agent.</param>
/// <param name="Problem">Why it cannot be said, as one of <see cref="FiringReasons"/>; null when it can.</param>
internal sealed record FiringMessage(string Text, string? Problem = null)
{
    /// <summary>The task that the trigger's template makes this time; null where there is no template.</summary>
    public CreateTask? Task { get; init; }
}

/// <summary>Makes the message of a firing: the trigger's own, or what its template comes to at this moment.</summary>
internal sealed class FiringMessages(TemplateService templates, ILogger<FiringMessages> logger)
{
    public async ValueTask<FiringMessage> MakeAsync(Trigger trigger)
    {
        if (trigger.Definition.Template is not { } use) return new FiringMessage(trigger.Definition.Message);
        try
        {
            var template = await templates.FindAsync(use.TemplateId, use.Version) ?? throw RefusedException.NotFound("template", use.TemplateId);
            var task = templates.Render(template, use.Arguments);
            return new FiringMessage(task.Message) { Task = task };
        }
        catch (RefusedException refusal)
        {
            logger.LogWarning("{TriggerId} cannot fire by {TemplateId}: {Why}", trigger.Id, use.TemplateId, refusal.Message);
            return new FiringMessage("", FiringReasons.TemplateRefused);
        }
    }

    /// <summary>A message with what was delivered, fenced off so that neither can be taken for the other.</summary>
    public static string With(string message, string? delivered)
    {
        if (delivered is null) return message;
        var (run, longest) = (0, 2);
        foreach (var character in delivered)
        {
            run = character == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', longest + 1);
        return $"{message}\n\n{ConversationMarks.Delivered}\n{fence}json\n{delivered}\n{fence}";
    }
}
