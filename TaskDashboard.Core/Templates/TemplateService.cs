using System.Text.Json;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Templates;

/// <summary>The verbs on templates.</summary>
internal sealed class TemplateService(TemplateStore store, TaskToTemplate drafts, AgentStore agents, IModelCatalog models, IdSource ids) : ITemplates
{
    public event Action<string>? Changed
    {
        add => store.Changed += value;
        remove => store.Changed -= value;
    }

    public IReadOnlyList<TaskTemplate> List() =>
        [.. store.All.OrderBy(template => template.Definition.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(template => template.Id, StringComparer.Ordinal)];

    public async ValueTask<TaskTemplate?> FindAsync(string templateId, int? version = null, CancellationToken cancellationToken = default)
    {
        var latest = store.Find(templateId);
        if (latest is null || version is null || version == latest.Version) return latest;
        return (await store.ListVersionsAsync(templateId, version.Value, 1, cancellationToken)) is [var found] && found.Version == version ? found : null;
    }

    public async Task<IReadOnlyList<TaskTemplate>> ListVersionsAsync(string templateId, int? before, int limit, CancellationToken cancellationToken = default)
    {
        Require(templateId);
        return await store.ListVersionsAsync(templateId, before is { } number ? number - 1 : int.MaxValue, Math.Clamp(limit, 1, 200), cancellationToken);
    }

    public async Task<TaskTemplate> CreateAsync(TemplateDefinition definition, CancellationToken cancellationToken = default)
    {
        definition = await CheckedAsync(definition, cancellationToken);
        return await store.SaveAsync(ids.NewTemplate(), 0, definition) is { Template: { } saved } ? saved : throw NameTaken(definition);
    }

    public async Task<TaskTemplate> ChangeAsync(string templateId, Func<TemplateDefinition, TemplateDefinition> change, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            // What is checked is what is stored: somebody else's version in between means to look again.
            var present = Require(templateId);
            var definition = await CheckedAsync(change(present.Definition), cancellationToken);
            var result = await store.SaveAsync(templateId, present.Version, definition);
            if (result.Template is { } saved) return saved;
            if (result.Outcome == TemplateSaveOutcome.NameTaken) throw NameTaken(definition);
        }
    }

    public async Task DeleteAsync(string templateId, CancellationToken cancellationToken = default)
    {
        var (found, users) = await store.RemoveAsync(templateId);
        if (!found) throw RefusedException.NotFound("template", templateId);
        if (users is not null) throw RefusedException.Conflict("template_in_use", $"It is used by {users}. Give those another message or remove them first. Nothing was removed.");
    }

    public CreateTask Render(TaskTemplate template, IReadOnlyDictionary<string, JsonElement> arguments)
    {
        var rendered = TemplateRendering.Render(template.Definition, arguments);
        return rendered.Errors.Count == 0 ? TemplateRendering.ToTask(template.Definition, rendered) : throw RefusedException.Validation(rendered.Errors);
    }

    public Task<TemplateDefinition> DraftAsync(string taskId, IReadOnlyCollection<string>? places = null, CancellationToken cancellationToken = default) =>
        drafts.DraftAsync(taskId, places ?? [], cancellationToken);

    private async Task<TemplateDefinition> CheckedAsync(TemplateDefinition definition, CancellationToken cancellationToken)
    {
        definition = definition with { Name = definition.Name.Trim(), Title = string.IsNullOrWhiteSpace(definition.Title) ? null : definition.Title.Trim() };
        var errors = TemplateValidation.Problems(definition);
        if (!errors.ContainsKey("agent_id") && await agents.FindAsync(definition.AgentId, cancellationToken) is null) errors["agent_id"] = [$"There is no agent {definition.AgentId}."];
        if (definition.Model is { } model && !models.TryResolve(model, out _, out _, out var problem)) errors["model"] = [problem];
        return errors.Count == 0 ? definition : throw RefusedException.Validation(errors);
    }

    private TaskTemplate Require(string templateId) => store.Find(templateId) ?? throw RefusedException.NotFound("template", templateId);

    private static RefusedException NameTaken(TemplateDefinition definition) =>
        RefusedException.Conflict("template_name_taken", $"There is a template with the name {definition.Name} already. Choose another name, or change that one.");
}
