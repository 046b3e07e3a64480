namespace TaskDashboard.Core.Skills;

/// <summary>
/// A folder with a SKILL.md that says how something is done. Agents know it by name and description, and load the rest when they need it.
/// The format is that of Agent Skills (agentskills.io): front matter with name and description, then Markdown.
/// </summary>
/// <param name="Name">By which it is loaded: 1 to 64 lower-case letters, digits and hyphens.</param>
/// <param name="Description">What it is good for, up to 1,024 characters.</param>
/// <param name="Folder">Absolute path of its folder, without links.</param>
/// <param name="Origin">Where it was found.</param>
public sealed record Skill(string Name, string Description, string Folder, SkillOrigin Origin);

/// <summary>Where a skill was found.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<SkillOrigin>))]
public enum SkillOrigin
{
    /// <summary>In one of the configured directories (TaskDashboard:Skills:Directories), or in the data directory's folder <c>skills</c>.</summary>
    [System.Text.Json.Serialization.JsonStringEnumMemberName("configured")] Configured,

    /// <summary>In the task's work dir.</summary>
    [System.Text.Json.Serialization.JsonStringEnumMemberName("work_dir")] WorkDir,
}

/// <summary>What a look for skills brought.</summary>
/// <param name="Skills">Those that can be loaded, by name.</param>
/// <param name="Problems">Folders that look like skills and are none, each with the reason.</param>
public sealed record SkillList(IReadOnlyList<Skill> Skills, IReadOnlyList<SkillProblem> Problems);

/// <summary>A folder that could not be taken as a skill.</summary>
/// <param name="Folder">Absolute path.</param>
/// <param name="Reason">What is wrong, and what to do.</param>
public sealed record SkillProblem(string Folder, string Reason);
