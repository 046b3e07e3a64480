using System.Text.Json;

namespace TaskDashboard.Core.Templates;

/// <summary>That something takes its task from a template.</summary>
/// <param name="TemplateId">The template.</param>
/// <param name="Version">The version that it is pinned to; null for the latest, whichever that is by then.</param>
/// <param name="Arguments">What the parameters are filled with.</param>
public sealed record TemplateUse(string TemplateId, int? Version, IReadOnlyDictionary<string, JsonElement> Arguments);
