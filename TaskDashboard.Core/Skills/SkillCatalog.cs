using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Skills;

/// <summary>
/// Finds skills, anew each time: what somebody puts into a folder is there for the next run. Links are not followed, and what is found is bounded.
/// Of two skills of one name the first one counts: configured directories in their order, then the work dir. Safe for threads.
/// </summary>
public sealed class SkillCatalog
{
    /// <summary>Folders of a work dir in which skills are looked for.</summary>
    internal static readonly string[] WorkDirFolders = [".agents/skills", ".claude/skills", "skills"];

    private const int MostSkills = 200;

    private readonly IReadOnlyList<string> directories;

    public SkillCatalog(IOptions<SkillOptions> skills, IOptions<DashboardOptions> dashboard) =>
        directories = [.. skills.Value.Directories.Select(Path.GetFullPath), Path.Combine(dashboard.Value.ResolvedDataDirectory, "skills")];

    /// <summary>The directories that hold skills for every agent; any of them may be missing.</summary>
    public IReadOnlyList<string> Directories => directories;

    /// <summary>What there is for every agent.</summary>
    public SkillList Find() => Find(null);

    /// <summary>What there is for a task.</summary>
    /// <param name="workDir">Its work dir; null to leave that out.</param>
    public SkillList Find(string? workDir)
    {
        var skills = new Dictionary<string, Skill>(StringComparer.Ordinal);
        var problems = new List<SkillProblem>();
        foreach (var directory in directories.Where(Directory.Exists)) Look(RealPath.Of(directory), SkillOrigin.Configured, skills, problems);
        foreach (var directory in workDir is null ? [] : WorkDirFolders.Select(folder => Path.Combine(RealPath.Of(workDir), folder)))
        {
            // A link anywhere below the work dir leads to what is not the task's to read.
            if (Directory.Exists(directory) && RealPath.Of(directory) == directory) Look(directory, SkillOrigin.WorkDir, skills, problems);
        }

        return new SkillList([.. skills.Values.OrderBy(skill => skill.Name, StringComparer.Ordinal)], problems);
    }

    private static void Look(string directory, SkillOrigin origin, Dictionary<string, Skill> skills, List<SkillProblem> problems)
    {
        try
        {
            LookInto(directory, origin, skills, problems);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add(new SkillProblem(directory, $"It cannot be read: {unreadable.Message}"));
        }
    }

    private static void LookInto(string directory, SkillOrigin origin, Dictionary<string, Skill> skills, List<SkillProblem> problems)
    {
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        foreach (var folder in Directory.EnumerateDirectories(directory, "*", options).Order(StringComparer.Ordinal))
        {
            if (skills.Count + problems.Count >= MostSkills) return;
            var file = new FileInfo(Path.Combine(folder, SkillFile.FileName));
            if (!file.Exists || file.LinkTarget is not null) continue;
            if (file.Length > SkillFile.MaxBytes)
            {
                problems.Add(new SkillProblem(folder, $"{SkillFile.FileName} is larger than {SkillFile.MaxBytes / 1024} KB. Move parts of it into files beside it."));
                continue;
            }

            if (TextOf(file, out var problem) is not { } text || SkillFile.Read(folder, origin, text, out problem) is not { } skill) problems.Add(new SkillProblem(folder, problem!));
            else if (!skills.TryAdd(skill.Name, skill)) problems.Add(new SkillProblem(folder, $"There is a skill {skill.Name} in {skills[skill.Name].Folder} already; this one is not used."));
        }
    }

    /// <summary>One file that cannot be read must not keep an agent from its work: it is no skill, and that is told.</summary>
    private static string? TextOf(FileInfo file, out string? problem)
    {
        try
        {
            problem = null;
            return RegularFile.ReadText(file.FullName, SkillFile.MaxBytes);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problem = $"{SkillFile.FileName} cannot be read: {unreadable.Message}";
            return null;
        }
    }
}
