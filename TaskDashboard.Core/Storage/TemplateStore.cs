using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.Core.Storage;

/// <summary>What became of a save.</summary>
internal enum TemplateSaveOutcome
{
    Saved,

    /// <summary>Another template has that name.</summary>
    NameTaken,

    /// <summary>The version that it was made of is not the latest any more, or the template is gone.</summary>
    Stale,
}

/// <param name="Outcome">What became of it.</param>
/// <param name="Template">What was saved; null where nothing was.</param>
internal sealed record TemplateSaveResult(TemplateSaveOutcome Outcome, TaskTemplate? Template);

/// <summary>Keeps the templates: the latest version of each in memory as it is committed, the others in the store. Safe for threads.</summary>
internal sealed class TemplateStore
{
    private readonly ConcurrentDictionary<string, TaskTemplate> latest;
    private readonly Store store;
    private readonly ILogger logger;

    public TemplateStore(Store store, ILogger<TemplateStore> logger)
    {
        this.store = store;
        this.logger = logger;
        using var context = store.Contexts.CreateDbContext();
        var present = context.Templates.Join(
            context.TemplateVersions, row => new { row.Id, row.Version }, row => new { Id = row.TemplateId, row.Version }, (template, version) => new { template.CreatedAt, Version = version });
        latest = new ConcurrentDictionary<string, TaskTemplate>(
            present.AsEnumerable().Select(row => ToTemplate(row.Version, row.CreatedAt)).Select(template => KeyValuePair.Create(template.Id, template)), StringComparer.Ordinal);
    }

    /// <summary>A template was saved or removed, and that is on disk. On the writer's thread: must be quick.</summary>
    public event Action<string>? Changed;

    public IReadOnlyCollection<TaskTemplate> All => [.. latest.Values];

    public TaskTemplate? Find(string templateId) => latest.GetValueOrDefault(templateId);

    /// <summary>Versions up to a number, the newest first.</summary>
    public async Task<IReadOnlyList<TaskTemplate>> ListVersionsAsync(string templateId, int through, int limit, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var createdAt = await context.Templates.Where(row => row.Id == templateId).Select(row => (long?)row.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        if (createdAt is null) return [];
        var rows = await context.TemplateVersions.Where(row => row.TemplateId == templateId && row.Version <= through)
            .OrderByDescending(row => row.Version).Take(limit).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => ToTemplate(row, createdAt.Value));
    }

    /// <summary>Saves the version behind another; 0 makes a new template.</summary>
    public Task<TemplateSaveResult> SaveAsync(string templateId, int behind, TemplateDefinition definition) => WriteAsync(
        batch =>
        {
            if (IsTaken(batch, templateId, definition.Name)) return new TemplateSaveResult(TemplateSaveOutcome.NameTaken, null);
            using var find = new Statement(batch.Database, "SELECT version, created_at FROM templates WHERE id = ?");
            var present = find.Texts(templateId);
            if ((present is null ? 0 : (int)Number(present[0])) != behind) return new TemplateSaveResult(TemplateSaveOutcome.Stale, null);

            var now = StoreTime.ToStore(batch.Now);
            using var save = new Statement(batch.Database,
                "INSERT INTO templates (id, name, version, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (id) DO UPDATE SET name = ?2, version = ?3, updated_at = ?4");
            save.Execute(templateId, definition.Name, behind + 1, now);
            using var version = Statement.Insert(batch.Database, "template_versions", ["template_id", "version", "definition", "created_at"]);
            version.Execute(templateId, behind + 1, JsonSerializer.Serialize(definition, EventJson.Wire.TemplateDefinition), now);
            return new TemplateSaveResult(TemplateSaveOutcome.Saved, new TaskTemplate
            {
                Id = templateId,
                Version = behind + 1,
                Definition = definition,
                CreatedAt = present is null ? StoreTime.FromStore(now) : StoreTime.FromStore(Number(present[1])),
                UpdatedAt = StoreTime.FromStore(now),
            });
        },
        result =>
        {
            if (result.Template is not { } saved) return;
            latest[templateId] = saved;
            Tell(templateId);
        });

    /// <summary>Removes one that no trigger uses; decided where triggers are made, so that none is made meanwhile.</summary>
    /// <returns>Whether there was one, and the names of the triggers that keep it.</returns>
    public Task<(bool Found, string? Users)> RemoveAsync(string templateId) => WriteAsync<(bool Found, string? Users)>(
        batch =>
        {
            using var find = new Statement(batch.Database, "SELECT version FROM templates WHERE id = ?");
            if (find.Number(templateId) is null) return (false, null);
            using var users = new Statement(batch.Database, """
                SELECT group_concat(json_extract(definition, '$.name') || ' (' || id || ')', ', ') FROM triggers WHERE json_extract(definition, '$.template.template_id') = ?
                """);
            if (users.Texts(templateId)?[0] is { } names) return (true, names);
            foreach (var (table, key) in new[] { ("template_versions", "template_id"), ("templates", "id") })
            {
                using var delete = new Statement(batch.Database, $"DELETE FROM {table} WHERE {key} = ?");
                delete.Execute(templateId);
            }

            return (true, null);
        },
        result =>
        {
            if (!result.Found || result.Users is not null) return;
            latest.TryRemove(templateId, out _);
            Tell(templateId);
        });

    /// <summary>SQLite folds the letters of English only, so the names are compared here; there are few.</summary>
    private static bool IsTaken(WriteBatch batch, string templateId, string name)
    {
        using var names = new Statement(batch.Database, "SELECT group_concat(name, char(10)) FROM templates WHERE id <> ?");
        return names.Texts(templateId)?[0] is { } all && all.Split('\n').Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    private Task<TResult> WriteAsync<TResult>(Func<WriteBatch, TResult> apply, Action<TResult> committed)
    {
        var operation = new CommittedOperation<TResult>(apply, committed);
        store.Writer.Enqueue(operation);
        return operation.Completion;
    }

    private void Tell(string templateId)
    {
        try
        {
            Changed?.Invoke(templateId);
        }
#pragma warning disable CA1031 // What is committed stays committed, and the writer has the next batch to write.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "Somebody could not take in a change of {TemplateId}.", templateId);
        }
    }

    private static TaskTemplate ToTemplate(TemplateVersionRow row, long createdAt) => new()
    {
        Id = row.TemplateId,
        Version = row.Version,
        Definition = JsonSerializer.Deserialize(row.Definition, EventJson.Wire.TemplateDefinition)!,
        CreatedAt = StoreTime.FromStore(createdAt),
        UpdatedAt = StoreTime.FromStore(row.CreatedAt),
    };

    private static long Number(string? text) => long.Parse(text!, System.Globalization.CultureInfo.InvariantCulture);
}
