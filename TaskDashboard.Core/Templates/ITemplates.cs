using System.Text.Json;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Templates;

/// <summary>
/// Templates for tasks, and their versions. What is saved is on disk when the verb completes; a refusal changes nothing and is a
/// <see cref="RefusedException"/>. Safe for threads.
/// </summary>
public interface ITemplates
{
    /// <summary>A template with this id was saved or removed. Raised on a thread of the engine's: must be quick, and must not throw.</summary>
    event Action<string>? Changed;

    /// <summary>The latest version of each, by name. From memory.</summary>
    IReadOnlyList<TaskTemplate> List();

    /// <summary>A version of one, or null.</summary>
    /// <param name="templateId">The template.</param>
    /// <param name="version">Which; null for the latest, which comes from memory.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    ValueTask<TaskTemplate?> FindAsync(string templateId, int? version = null, CancellationToken cancellationToken = default);

    /// <summary>Its versions, the newest first.</summary>
    /// <param name="templateId">The template.</param>
    /// <param name="before">Only versions with a smaller number; null for the newest.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<IReadOnlyList<TaskTemplate>> ListVersionsAsync(string templateId, int? before, int limit, CancellationToken cancellationToken = default);

    /// <summary>Saves a new one, as its version 1.</summary>
    /// <exception cref="RefusedException"><c>validation</c>; <c>template_name_taken</c>.</exception>
    Task<TaskTemplate> CreateAsync(TemplateDefinition definition, CancellationToken cancellationToken = default);

    /// <summary>Saves its next version. Those before stay as they are.</summary>
    /// <param name="templateId">The template.</param>
    /// <param name="change">Makes the new version of the latest; may be called again when somebody else was quicker.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    Task<TaskTemplate> ChangeAsync(string templateId, Func<TemplateDefinition, TemplateDefinition> change, CancellationToken cancellationToken = default);

    /// <summary>Removes it with all its versions. Tasks that it made stay.</summary>
    /// <exception cref="RefusedException"><c>template_in_use</c>, with the names of the triggers that use it.</exception>
    Task DeleteAsync(string templateId, CancellationToken cancellationToken = default);

    /// <summary>The task that a version makes of these arguments; nothing is stored.</summary>
    /// <exception cref="RefusedException"><c>validation</c>, with a field for each argument that does not fit, such as <c>arguments.count</c>.</exception>
    CreateTask Render(TaskTemplate template, IReadOnlyDictionary<string, JsonElement> arguments);

    /// <summary>
    /// What a task would be as a template: its first message, its title unless that was taken from the message, agent, model, folders and limits.
    /// Nothing is stored.
    /// </summary>
    /// <param name="taskId">The task.</param>
    /// <param name="places">Parameters whose places in the message stay places; all other double braces in it are meant as they are.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<TemplateDefinition> DraftAsync(string taskId, IReadOnlyCollection<string>? places = null, CancellationToken cancellationToken = default);
}
