using System.ComponentModel;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What PATCH /api/tasks/{id}/queue/{message_id} takes; what is absent or null stays as it is.</summary>
internal sealed record QueuedMessageBody
{
    [Description("Other words; up to 1 MiB.")]
    public string? Message { get; init; }

    [Description("Its new place among the messages that wait, from 0; behind the last one means last.")]
    public int? Position { get; init; }

    [Description("queue, steer or interrupt. interrupt is acted on at once.")]
    public string? Mode { get; init; }

    public ChangeQueuedMessage ToCommand()
    {
        var errors = new FieldErrors();
        var mode = MessageModeText.Read(Mode, errors);
        errors.Refuse();
        return new ChangeQueuedMessage { Text = Message, Position = Position, Mode = mode };
    }
}

/// <summary>The messages that wait to be read, in the order in which they will be.</summary>
internal sealed record QueueAnswer(IReadOnlyList<QueuedMessage> Items);
