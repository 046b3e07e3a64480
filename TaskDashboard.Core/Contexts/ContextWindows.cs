using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;

namespace TaskDashboard.Core.Contexts;

/// <summary>How many tokens models can be sent, as the settings say. Safe for threads.</summary>
public sealed class ContextWindows
{
    private readonly Dictionary<string, int> windows;
    private readonly ConcurrentDictionary<string, int?> ofModels = new(StringComparer.Ordinal);
    private readonly double compactAt;

    /// <param name="options">The windows.</param>
    public ContextWindows(IOptions<ContextOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        windows = options.Value.Models.ToDictionary(window => window.Model.Trim(), window => window.Tokens!.Value, StringComparer.Ordinal);
        compactAt = options.Value.CompactAt;
    }

    /// <summary>The window of a model in tokens; null where nothing is known of it.</summary>
    /// <param name="model"><c>provider/model</c>.</param>
    public int? Find(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ofModels.GetOrAdd(model, name => ModelPattern.Closest(windows.Keys, name) is { } closest ? windows[closest] : null);
    }

    /// <summary>From so many tokens on a conversation with the model is summarised; null where it never is.</summary>
    /// <param name="model"><c>provider/model</c>.</param>
    public long? CompactsAt(string model) => compactAt > 0 && Find(model) is { } window ? (long)(window * compactAt) : null;
}
