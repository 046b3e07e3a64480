using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Problems;

/// <summary>Collects what is wrong with a request, so that all of it is said at once.</summary>
internal sealed class FieldErrors
{
    private Dictionary<string, string[]>? errors;

    public void Add(string field, string message)
    {
        errors ??= [];
        errors[field] = errors.TryGetValue(field, out var before) ? [.. before, message] : [message];
    }

    /// <exception cref="RefusedException"><c>validation</c>, when anything was added.</exception>
    public void Refuse()
    {
        if (errors is not null) throw RefusedException.Validation(errors);
    }
}
