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
        if (!TryReadMode(out var mode)) errors.Add("mode", "mode has to be queue, steer, interrupt or reject.");
        errors.Refuse();
        return new SendMessage(Message!, mode, ClientMessageId);
    }

    private bool TryReadMode(out MessageMode mode)
    {
        (var known, mode) = Mode switch
        {
            null or "queue" => (true, MessageMode.Queue),
            "steer" => (true, MessageMode.Steer),
            "interrupt" => (true, MessageMode.Interrupt),
            "reject" => (true, MessageMode.Reject),
            _ => (false, default),
        };
        return known;
    }
}
