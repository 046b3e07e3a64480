namespace TaskDashboard.Core.Configuration;

/// <summary>How settings name models: one by its name, <c>provider/model</c>, or those that begin alike, with a <c>*</c> at the end.</summary>
internal static class ModelPattern
{
    public static bool IsValid(string text)
    {
        var model = text.Trim();
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        var star = model.IndexOf('*', StringComparison.Ordinal);
        return slash > 0 && slash < model.Length - 1 && (star < 0 || star == model.Length - 1);
    }

    public static bool Fits(string pattern, string model) =>
        pattern == model || (pattern.EndsWith('*') && model.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal));

    /// <summary>The pattern that says the most of a model; null where none fits it.</summary>
    public static string? Closest(IEnumerable<string> patterns, string model) =>
        patterns.Where(pattern => Fits(pattern, model)).MaxBy(pattern => (pattern == model, pattern.Length));
}
