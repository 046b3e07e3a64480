using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Templates in memory, filled in as the engine does; refuses when it is told to.</summary>
internal sealed class ListedTemplates : ITemplates
{
    public event Action<string>? Changed;

    /// <summary>Every version of each.</summary>
    public List<TaskTemplate> Versions { get; } = [];

    public RefusedException? Refusal { get; set; }

    public TaskTemplate Add(TemplateDefinition definition, string id = "template_a")
    {
        var template = new TaskTemplate { Id = id, Version = Versions.Count(version => version.Id == id) + 1, Definition = definition };
        Versions.Add(template);
        Changed?.Invoke(id);
        return template;
    }

    public IReadOnlyList<TaskTemplate> List() => [.. Versions.GroupBy(version => version.Id).Select(versions => versions.Last())];

    public ValueTask<TaskTemplate?> FindAsync(string templateId, int? version = null, CancellationToken cancellationToken = default) =>
        new(Versions.FindLast(known => known.Id == templateId && (version is null || known.Version == version)));

    public Task<IReadOnlyList<TaskTemplate>> ListVersionsAsync(string templateId, int? before, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<TaskTemplate>>([.. Versions.Where(version => version.Id == templateId).Reverse()]);

    public Task<TaskTemplate> CreateAsync(TemplateDefinition definition, CancellationToken cancellationToken = default) =>
        Refusal is null ? Task.FromResult(Add(definition, "template_new")) : throw Refusal;

    public async Task<TaskTemplate> ChangeAsync(string templateId, Func<TemplateDefinition, TemplateDefinition> change, CancellationToken cancellationToken = default) =>
        Refusal is null ? Add(change((await FindAsync(templateId, null, cancellationToken))!.Definition), templateId) : throw Refusal;

    public Task DeleteAsync(string templateId, CancellationToken cancellationToken = default)
    {
        if (Refusal is not null) throw Refusal;
        Versions.RemoveAll(version => version.Id == templateId);
        Changed?.Invoke(templateId);
        return Task.CompletedTask;
    }

    public CreateTask Render(TaskTemplate template, IReadOnlyDictionary<string, JsonElement> arguments)
    {
        var rendered = TemplateRendering.Render(template.Definition, arguments);
        if (rendered.Errors.Count > 0) throw RefusedException.Validation(rendered.Errors);
        return new CreateTask { AgentId = template.Definition.AgentId, Message = rendered.Message, Title = rendered.Title, Model = template.Definition.Model };
    }

    public Task<TemplateDefinition> DraftAsync(string taskId, IReadOnlyCollection<string>? places = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new TemplateDefinition { Name = "Task title", Message = "Count the files", AgentId = "agent_a", Model = "builtin/assistant" });
}
