using System.ComponentModel;
using System.Text;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Core.Skills;

/// <summary><c>load_skill</c>, and the list of skills that the model is given with it. Nothing of either where there are none.</summary>
internal sealed class SkillToolSource(SkillCatalog catalog) : IRunToolSource
{
    private const int MostListed = 200;

    public ValueTask<RunTools> CreateAsync(AgentDefinition agent, AgentTask task, ToolContext context, CancellationToken cancellationToken)
    {
        if (task.EnableSkills == false) return ValueTask.FromResult(RunTools.None);
        var skills = catalog.Find(task.WorkDir).Skills.Where(skill => agent.Skills is null || agent.Skills.Contains(skill.Name, StringComparer.Ordinal)).ToList();
        return ValueTask.FromResult(skills.Count == 0 ? RunTools.None : new RunTools([LoadSkill(skills)], Describe(skills)));
    }

    private static AgentTool LoadSkill(IReadOnlyList<Skill> skills)
    {
        var prototype = new ToolPrototype(
            ([Description("Name of the skill.")] string name, [Description("A file of the skill, relative to its folder. Default: its instructions.")] string? file = null) => Load(skills, name, file),
            "load_skill", "Reads the instructions of a skill, or one of its files. Load a skill before you do what it is about.",
            ToolRisk.Read, arguments => ToolTitle.Optional(arguments, "file") is { } file ? $"Load {file} of skill {ToolTitle.Text(arguments, "name")}" : $"Load skill {ToolTitle.Text(arguments, "name")}");
        return prototype.Bind(new WorkDirectory(Path.GetTempPath()));
    }

    private static string Load(IReadOnlyList<Skill> skills, string name, string? file)
    {
        var skill = skills.FirstOrDefault(one => one.Name == name)
            ?? throw new ToolException($"There is no skill \"{name}\". There are: {string.Join(", ", skills.Select(one => one.Name))}.");

        // A folder of its own kind: a skill's files lead out of it no more than a work dir's do.
        var folder = new WorkDirectory(skill.Folder);
        var path = folder.ResolveFile(file ?? SkillFile.FileName);
        using var stream = folder.OpenRead(path);
        if (stream.Length > SkillFile.MaxBytes) throw new ToolException($"\"{path.Shown}\" is larger than {ByteSize.Text(SkillFile.MaxBytes)}.");
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        return file is null ? $"{SkillFile.Body(text)}{Files(skill)}" : text;
    }

    private static string Files(Skill skill)
    {
        var files = FolderWalk.Below(skill.Folder).OfType<FileInfo>()
            .Where(file => !FolderWalk.IsLink(file) && file.FullName != Path.Combine(skill.Folder, SkillFile.FileName))
            .Take(MostListed)
            .Select(file => $"- {Path.GetRelativePath(skill.Folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/')} ({ByteSize.Text(file.Length)})")
            .ToList();
        return files.Count == 0 ? "" : $"\n\nFiles of this skill, in {skill.Folder} (read one with load_skill and its path as file):\n{string.Join('\n', files)}";
    }

    private static string Describe(IReadOnlyList<Skill> skills)
    {
        var text = new StringBuilder("You have these skills. When one fits what you are asked, call load_skill with its name first, and follow it:\n");
        foreach (var skill in skills) text.Append("- ").Append(skill.Name).Append(": ").Append(skill.Description).Append('\n');
        return text.ToString().TrimEnd();
    }
}
