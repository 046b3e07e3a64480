using System.ComponentModel;
using System.Text.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/tasks/{id}/message takes.</summary>
internal sealed record MessageBody
{
    [Description("Required. What the agent is told; up to 1 MiB.")]
    public string? Message { get; init; }

    [Description("Not supported by this version, except null.")]
    public JsonElement? Content { get; init; }

    [Description("queue (at the end of its turn), steer (at its next step), interrupt (now) or reject (not while it runs). Default queue.")]
    public string? Mode { get; init; }

    [Description("Chosen by the sender: a repeat is answered with the first receipt.")]
    public string? ClientMessageId { get; init; }

    public SendMessage ToCommand()
    {
        var errors = new FieldErrors();
        if (Message is null) errors.Add("message", "message is missing.");
        if (Content is { ValueKind: not JsonValueKind.Null }) errors.Add("content", "content is not supported by this version yet.");
        var mode = MessageModeText.Read(Mode, errors);
        errors.Refuse();
        return new SendMessage(Message!, mode ?? MessageMode.Queue, ClientMessageId);
    }
}
