using System.Text.Json;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Requests;

/// <summary>What an answer may hold.</summary>
internal static class AnswerValidation
{
    private const int MaxAnswerLength = 100_000;
    private const int MaxNoteLength = 10_000;
    private const int MaxArgumentsLength = 1 << 20;

    /// <exception cref="RefusedException">Something does not fit the request.</exception>
    public static void Check(TaskRequest request, RequestAnswer answer)
    {
        var errors = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(answer.Answer)) errors["answer"] = ["answer is empty."];
        else if (answer.Answer.Length > MaxAnswerLength) errors["answer"] = [$"answer is longer than {MaxAnswerLength} characters."];
        else if (request.Form is { } form && !request.Options.Contains(answer.Answer)) Merge(errors, FormFields.Problems(form, answer.Answer));
        else if (request.Kind == RequestKind.Approval && !request.Options.Contains(answer.Answer)) errors["answer"] = [$"answer has to be one of {string.Join(", ", request.Options)}."];
        if (answer.Note is { Length: > MaxNoteLength }) errors["note"] = [$"note is longer than {MaxNoteLength} characters."];
        if (RulePattern.Problem(answer.Pattern) is { } problem) errors["pattern"] = [problem];
        if (answer is { AnyCall: true, Pattern: not null }) errors["any_call"] = ["any_call and pattern exclude each other: a rule is about every call, or about those that match."];
        CheckArguments(errors, request, answer);
        if (request.Kind == RequestKind.Question && answer.Scope != ApprovalScope.Once) errors["scope"] = ["scope is for approvals; a question is answered once."];
        if (errors.Count > 0) throw RefusedException.Validation(errors);
    }

    private static void CheckArguments(Dictionary<string, string[]> errors, TaskRequest request, RequestAnswer answer)
    {
        if (answer.Arguments is not { } arguments) return;
        if (request.Kind != RequestKind.Approval || answer.Answer != RequestAnswers.Allow) errors["arguments"] = ["arguments can only be changed with an approval that is allowed."];
        else if (arguments.ValueKind != JsonValueKind.Object) errors["arguments"] = ["arguments has to be a JSON object."];
        else if (arguments.GetRawText().Length > MaxArgumentsLength) errors["arguments"] = [$"arguments is longer than {MaxArgumentsLength} characters."];
    }

    private static void Merge(Dictionary<string, string[]> errors, IReadOnlyDictionary<string, string[]> more)
    {
        foreach (var (field, problems) in more) errors[field] = problems;
    }
}
