using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>When a message is to be read, as callers write it.</summary>
internal static class MessageModeText
{
    /// <summary>Null where nothing is said, and where it is no mode: then the errors say so.</summary>
    public static MessageMode? Read(string? text, FieldErrors errors)
    {
        switch (text)
        {
            case null: return null;
            case "queue": return MessageMode.Queue;
            case "steer": return MessageMode.Steer;
            case "interrupt": return MessageMode.Interrupt;
            case "reject": return MessageMode.Reject;
            default:
                errors.Add("mode", "mode has to be queue, steer, interrupt or reject.");
                return null;
        }
    }
}
