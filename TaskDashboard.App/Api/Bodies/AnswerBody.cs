using System.ComponentModel;
using System.Text.Json;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Requests;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/requests/{id}/answer takes.</summary>
internal sealed record AnswerBody
{
    [Description("Required. For an approval allow or deny; for a question a text, or an object with the fields of its form.")]
    public JsonElement? Answer { get; init; }

    [Description("For the agent to read, such as why not; up to 10,000 characters.")]
    public string? Note { get; init; }

    [Description("With allow: arguments to make the call with, in place of the agent's.")]
    public JsonElement? Arguments { get; init; }

    [Description("How far the decision on an approval reaches: once (default), task, agent or always. Beyond once a rule is kept.")]
    public string? Scope { get; init; }

    [Description("For a rule: which calls of the tool it is about, with * as a wildcard. Default: calls about just the same.")]
    public string? Pattern { get; init; }

    [Description("For a rule: true for every call of the tool. Default false.")]
    public bool? AnyCall { get; init; }

    public RequestAnswer ToAnswer()
    {
        var errors = new FieldErrors();
        var answer = Text(errors);
        var scope = Scope is null ? ApprovalScope.Once : EnumText.Read<ApprovalScope>("scope", Scope, errors) ?? ApprovalScope.Once;
        if (Arguments is { } changed && !JsonText.IsWhole(changed)) errors.Add("arguments", "arguments holds a text that is not valid Unicode, or one name twice.");
        errors.Refuse();
        return new RequestAnswer(answer!)
        {
            Note = Note,
            Arguments = Arguments is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } arguments ? arguments : null,
            Scope = scope,
            Pattern = Pattern,
            AnyCall = AnyCall ?? false,
        };
    }

    private string? Text(FieldErrors errors)
    {
        switch (Answer)
        {
            case { ValueKind: JsonValueKind.Object } form when JsonText.IsWhole(form):
                return form.GetRawText();
            case { } value when JsonText.TryGet(value, out var text):
                return text;
            case null or { ValueKind: JsonValueKind.Null }:
                errors.Add("answer", "answer is missing.");
                return null;
            default:
                errors.Add("answer", "answer has to be a text, or an object for a form; in valid Unicode, and no name twice.");
                return null;
        }
    }
}

/// <summary>The request as the answer left it.</summary>
/// <param name="Request">The request.</param>
/// <param name="Rule">The rule that was kept with it; null for none.</param>
/// <param name="AlsoAnswered">How many other open requests that rule answered.</param>
internal sealed record AnswerAnswer(TaskRequest Request, ApprovalRule? Rule, int AlsoAnswered);
