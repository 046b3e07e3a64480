using System.Text.Json;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.Core.Access;

/// <summary>The templates of one caller.</summary>
internal sealed class CallerTemplates(TemplateService inner, TaskReader reader, ICallerSource source, ChatAccess access, AuditLog audit) : ITemplates
{
    public event Action<string>? Changed
    {
        add => inner.Changed += value;
        remove => inner.Changed -= value;
    }

    public IReadOnlyList<TaskTemplate> List() => source.Caller is { SeesAll: false } caller ? [.. inner.List().Where(template => IsOf(caller, template.Definition))] : inner.List();

    public async ValueTask<TaskTemplate?> FindAsync(string templateId, int? version = null, CancellationToken cancellationToken = default) =>
        await inner.FindAsync(templateId, version, cancellationToken) is { } template && IsOf(source.Caller, template.Definition) ? template : null;

    public async Task<IReadOnlyList<TaskTemplate>> ListVersionsAsync(string templateId, int? before, int limit, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(templateId, cancellationToken: cancellationToken) is null) throw RefusedException.NotFound("template", templateId);
        return await inner.ListVersionsAsync(templateId, before, limit, cancellationToken);
    }

    public async Task<TaskTemplate> CreateAsync(TemplateDefinition definition, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        if (caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
        return Noted(await inner.CreateAsync(definition with { PersonId = caller.SeesAll ? null : caller.UserId }, cancellationToken));
    }

    public async Task<TaskTemplate> ChangeAsync(string templateId, Func<TemplateDefinition, TemplateDefinition> change, CancellationToken cancellationToken = default)
    {
        await RequireOwnAsync(templateId, cancellationToken);
        return Noted(await inner.ChangeAsync(templateId, before => change(before) with { PersonId = before.PersonId }, cancellationToken));
    }

    public async Task DeleteAsync(string templateId, CancellationToken cancellationToken = default)
    {
        await RequireOwnAsync(templateId, cancellationToken);
        await inner.DeleteAsync(templateId, cancellationToken);
        audit.Append(source.Caller, AuditActions.TemplateDeleted, templateId);
    }

    public CreateTask Render(TaskTemplate template, IReadOnlyDictionary<string, JsonElement> arguments) => inner.Render(template, arguments);

    public async Task<TemplateDefinition> DraftAsync(string taskId, IReadOnlyCollection<string>? places = null, CancellationToken cancellationToken = default)
    {
        if (await reader.FindAsync(taskId, cancellationToken) is not { } task || !access.MaySee(source.Caller, task.Audience)) throw RefusedException.NotFound("task", taskId);
        return await inner.DraftAsync(taskId, places, cancellationToken);
    }

    private TaskTemplate Noted(TaskTemplate saved)
    {
        audit.Append(source.Caller, AuditActions.TemplateSaved, saved.Id);
        return saved;
    }

    private async ValueTask RequireOwnAsync(string templateId, CancellationToken cancellationToken)
    {
        if (await FindAsync(templateId, cancellationToken: cancellationToken) is null) throw RefusedException.NotFound("template", templateId);
        if (source.Caller.Role < PersonRole.Member) throw RefusedException.ReadOnly("template");
    }

    private static bool IsOf(Caller caller, TemplateDefinition definition) => caller.SeesAll || (definition.PersonId ?? KnownUsers.Local) == caller.UserId;
}
