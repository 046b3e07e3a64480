namespace TaskDashboard.Core.Providers;

/// <summary>A model that can be asked for.</summary>
/// <param name="Id"><c>provider/model</c>.</param>
/// <param name="Provider">The part before the slash.</param>
/// <param name="IsDefault">True for the one that is taken when nobody names one.</param>
public sealed record ModelDescription(string Id, string Provider, bool IsDefault);

/// <summary>Finds the provider behind a <c>provider/model</c> name.</summary>
public interface IModelCatalog
{
    /// <summary>Every model that is configured by name, the default one first.</summary>
    IReadOnlyList<ModelDescription> Models { get; }

    /// <summary>The model that is taken when neither task, agent nor role names one: Anthropic if configured, else OpenAI or compatible, else builtin.</summary>
    string DefaultModel { get; }

    /// <summary>The model of a role in configuration; of one that is not there, that of the role <c>task</c>, and failing that the default one.</summary>
    string ForRole(string role);

    /// <summary>Splits a full name and finds its provider.</summary>
    /// <param name="fullName"><c>provider/model</c>.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="model">The name for it, without the provider.</param>
    /// <param name="problem">In words for people, when there is no such provider or model.</param>
    bool TryResolve(string fullName, out IModelProvider? provider, out string model, out string problem);
}
