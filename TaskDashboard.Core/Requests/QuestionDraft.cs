using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Requests;

/// <summary>Makes the request of a question, and says what is wrong with a question that cannot be asked.</summary>
internal static class QuestionDraft
{
    private const int MaxPromptLength = 10_000;
    private const int MaxOptions = 20;
    private const int MaxOptionLength = 500;

    /// <exception cref="ToolException">The question is empty or too long, or has too many options.</exception>
    public static TaskRequest Of(Question question, AgentTask task, string callId, string requestId)
    {
        if (string.IsNullOrWhiteSpace(question.Prompt)) throw new ToolException("The question is empty. Say what you want to know.");
        if (question.Prompt.Length > MaxPromptLength) throw new ToolException($"The question is longer than {MaxPromptLength} characters.");
        if (question.Options.Count > MaxOptions) throw new ToolException($"There are more than {MaxOptions} options. Ask for free text instead.");
        if (question.Options.Any(option => string.IsNullOrWhiteSpace(option) || option.Length > MaxOptionLength)) throw new ToolException($"Each option has to have from 1 to {MaxOptionLength} characters.");
        if (question.Options.Distinct(StringComparer.Ordinal).Count() != question.Options.Count) throw new ToolException("Two options are the same.");
        if (question.Form is { } form && FormFields.Problem(form) is { } problem) throw new ToolException(problem);
        return new TaskRequest
        {
            RequestId = requestId,
            TaskId = task.Id,
            RunId = task.RunId,
            CallId = callId,
            Kind = RequestKind.Question,
            Prompt = question.Prompt.Trim(),
            Options = question.Options,
            Form = question.Form,
            Default = question.Default,
        };
    }
}
