using System.Text.Json;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>requests</c>: a question or an approval, and what became of the call that it was asked for.</summary>
internal sealed class RequestRow
{
    public string Id { get; set; } = "";
    public long TaskKey { get; set; }
    public string? RunId { get; set; }

    /// <summary>The tool call that waits for the answer.</summary>
    public string? CallId { get; set; }
    public int Kind { get; set; }
    public string Prompt { get; set; } = "";
    public string Options { get; set; } = "[]";
    public string? Arguments { get; set; }

    /// <summary>What is only ever read together with the rest, as JSON: tool, risk, subject, form, default, step.</summary>
    public string? Details { get; set; }
    public long CreatedAt { get; set; }
    public long? ExpiresAt { get; set; }
    public long? ResolvedAt { get; set; }
    public string? Answer { get; set; }
    public string? By { get; set; }
    public string? Note { get; set; }

    /// <summary>The arguments that the person put in place of the agent's, as JSON.</summary>
    public string? ChangedArguments { get; set; }

    /// <summary>When the call was let go. From here on it may have had its effect; before, it certainly has not.</summary>
    public long? BegunAt { get; set; }
}

/// <summary>What a request's row keeps as JSON.</summary>
internal sealed record RequestDetails(string? Tool, ToolRisk? Risk, string? Subject, JsonElement? Form, string? Default, int? Step = null);

/// <summary>A row of <c>attachments</c>: a file that came with a message. Its content stands in the data directory, under its id.</summary>
internal sealed class AttachmentRow
{
    public string Id { get; set; } = "";

    /// <summary>The task that it went to; null until a message takes it along.</summary>
    public string? TaskId { get; set; }

    /// <summary>Who uploaded it.</summary>
    public string? PersonId { get; set; }
    public string Name { get; set; } = "";
    public string MediaType { get; set; } = "";
    public long Size { get; set; }
    public long CreatedAt { get; set; }
}
