using Microsoft.Extensions.Options;

namespace TaskDashboard.Core.Configuration;

/// <summary>The section <c>TaskDashboard:Context</c>: how much models can be sent, and what is done before it is too much.</summary>
public sealed class ContextOptions
{
    public const string Section = "TaskDashboard:Context";

    /// <summary>
    /// The part of a model's window at which a conversation is summarised, above 0 and up to 1; 0 for never. Default 0.8. Nothing is lost by it: the log and the
    /// transcript stay as they are, and only the model is told less.
    /// </summary>
    public double CompactAt { get; set; } = 0.8;

    /// <summary>The windows, in any order. Default none: of a model that is not in it nothing is known, and its conversations are never summarised.</summary>
    public IList<ModelWindowOptions> Models { get; } = [];
}

/// <summary>How much one model, or a family of them, can be sent.</summary>
public sealed class ModelWindowOptions
{
    /// <summary>Required. <c>provider/model</c>; one that ends with <c>*</c> is for every model that begins so and has no closer one.</summary>
    public string Model { get; set; } = "";

    /// <summary>Required. Tokens that it takes, its answer among them; 1,000 and up.</summary>
    public int? Tokens { get; set; }
}

/// <summary>Checks the settings at start and tells every problem at once, each with its key.</summary>
internal sealed class ContextOptionsValidation : IValidateOptions<ContextOptions>
{
    private const int LeastTokens = 1_000;

    public ValidateOptionsResult Validate(string? name, ContextOptions options)
    {
        var problems = new List<string>();
        if (!(options.CompactAt is >= 0 and <= 1)) problems.Add($"{ContextOptions.Section}:CompactAt has to be from 0 (never) to 1; it is {options.CompactAt}.");
        for (var index = 0; index < options.Models.Count; index++)
        {
            var place = $"{ContextOptions.Section}:Models:{index}";
            var window = options.Models[index];
            if (!ModelPattern.IsValid(window.Model)) problems.Add($"{place}:Model has to be provider/model, such as openai/gpt-5, or begin so and end with *; it is \"{window.Model}\".");
            else if (window.Model.TrimStart().StartsWith("builtin/", StringComparison.Ordinal)) problems.Add($"{place}:Model: the built-in model has no window; it reads whatever there is.");
            if (window.Tokens is null or < LeastTokens) problems.Add($"{place}:Tokens has to be a whole number of {LeastTokens:N0} and up{(window.Tokens is null ? "; it is missing" : "")}.");
        }

        foreach (var twice in options.Models.GroupBy(window => window.Model.Trim(), StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            problems.Add($"{ContextOptions.Section} has {twice.Count()} windows of {twice.Key}: keep one.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
