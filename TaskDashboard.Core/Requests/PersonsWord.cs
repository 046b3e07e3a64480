using TaskDashboard.Core.Events;

namespace TaskDashboard.Core.Requests;

/// <summary>What the model is told of a person's answer to a call that waited for it.</summary>
internal static class PersonsWord
{
    /// <summary>Why the call is not made; null when it is.</summary>
    public static string? Refusal(RequestResolvedData answer)
    {
        if (answer.Kind == RequestKind.Question) return answer.Answer is null ? $"Nobody answered. {answer.Note}".TrimEnd() : null;
        return answer.Answer switch
        {
            RequestAnswers.Allow => null,
            null => $"Denied: nobody allowed it. {answer.Note}".TrimEnd(),
            _ => string.IsNullOrWhiteSpace(answer.Note)
                ? $"Denied by {answer.By}. Do not try to get the same done in another way; ask, or go on without it."
                : $"Denied by {answer.By}, who says: {answer.Note}",
        };
    }

    /// <summary>What stands in front of the result of a call that was allowed: what the person changed and said. Empty for nothing.</summary>
    public static string Before(RequestResolvedData? answer)
    {
        if (answer is not { Kind: RequestKind.Approval }) return "";
        var changed = answer.Arguments is { } arguments ? $"[{answer.By} changed the arguments to {arguments.GetRawText()}.]\n" : "";
        return string.IsNullOrWhiteSpace(answer.Note) || answer.By == "expiry" ? changed : $"{changed}[{answer.By} says: {answer.Note}]\n";
    }
}
