using System.ComponentModel;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/agents/{id}/mcp/prompts/{name} takes.</summary>
internal sealed record McpPromptBody
{
    [Description("The server's name. Default: the first that has such a prompt.")]
    public string? Server { get; init; }

    [Description("The prompt's arguments: an object of strings.")]
    public IReadOnlyDictionary<string, string?>? Arguments { get; init; }

    /// <exception cref="RefusedException">An argument is null.</exception>
    public IReadOnlyDictionary<string, string> ReadArguments()
    {
        var errors = new FieldErrors();
        foreach (var (name, value) in Arguments ?? new Dictionary<string, string?>())
        {
            if (value is null) errors.Add("arguments", $"The argument {name} is null.");
        }

        errors.Refuse();
        return Arguments?.ToDictionary(argument => argument.Key, argument => argument.Value!, StringComparer.Ordinal) ?? [];
    }
}

/// <summary>A prompt that was filled in.</summary>
/// <param name="Text">What its messages say.</param>
internal sealed record McpPromptAnswer(string Text);
