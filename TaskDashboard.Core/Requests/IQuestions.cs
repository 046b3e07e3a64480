using System.Text.Json;

namespace TaskDashboard.Core.Requests;

/// <summary>Asks people on behalf of a tool call that is at work. The task waits for the answer, without a slot when nothing else of its run is at work.</summary>
public interface IQuestions
{
    /// <summary>Asks, and waits for the answer. The question is on disk before anybody sees it. Called from within a tool call.</summary>
    /// <param name="question">What to ask.</param>
    /// <param name="cancellationToken">The tool call's; closes the question.</param>
    /// <returns>The request as it was resolved; its answer is null when it was closed without one.</returns>
    /// <exception cref="InvalidOperationException">Nobody is at work here: it was not called from a tool call.</exception>
    Task<TaskRequest> AskAsync(Question question, CancellationToken cancellationToken);
}

/// <summary>What is to be asked.</summary>
/// <param name="Prompt">In one sentence or a few.</param>
public sealed record Question(string Prompt)
{
    /// <summary>Answers to choose from; empty for free text.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The fields to fill in, as a JSON schema of an object with plain properties; null for none.</summary>
    public JsonElement? Form { get; init; }

    /// <summary>The answer when nobody has given one in time; null to wait for as long as it takes.</summary>
    public string? Default { get; init; }
}
