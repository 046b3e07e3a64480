using Microsoft.Extensions.Options;

namespace TaskDashboard.Core.Configuration;

/// <summary>The section <c>TaskDashboard:Skills</c>.</summary>
public sealed class SkillOptions
{
    public const string Section = "TaskDashboard:Skills";

    /// <summary>Absolute paths of folders that hold skills, each in a folder of its own. Beside them the data directory's folder <c>skills</c> is looked through.</summary>
    public IList<string> Directories { get; set; } = [];
}

/// <summary>Checks the settings at start and tells every problem at once, each with its key.</summary>
internal sealed class SkillOptionsValidation : IValidateOptions<SkillOptions>
{
    public ValidateOptionsResult Validate(string? name, SkillOptions options)
    {
        var problems = options.Directories
            .Select((directory, index) => (Directory: directory, Key: $"TaskDashboard:Skills:Directories:{index}"))
            .Where(one => !Path.IsPathFullyQualified(one.Directory ?? ""))
            .Select(one => $"{one.Key} has to be the absolute path of a folder, not \"{one.Directory}\".")
            .ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
