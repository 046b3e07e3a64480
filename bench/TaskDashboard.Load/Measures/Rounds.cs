using System.Text.Json;
using TaskDashboard.Load.Client;

namespace TaskDashboard.Load.Measures;

/// <summary>
/// The same measurement of several sources by turns (A B C A B C …), so that a neighbour who takes the machine for a while takes it from all of them.
/// </summary>
internal sealed class Rounds<T>
{
    private readonly Dictionary<string, List<T>> results = [];
    private readonly Dictionary<string, string> problems = [];

    /// <summary>Measures each source once in every round. A source that fails is told why and left out from there on.</summary>
    public static async Task<Rounds<T>> TakeAsync<TSource>(
        IReadOnlyList<TSource> sources, int rounds, Func<TSource, Task<T>> measure, CancellationToken cancellationToken)
        where TSource : Source
    {
        var taken = new Rounds<T>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var source in sources.Where(source => !taken.problems.ContainsKey(source.Name)))
            {
                try
                {
                    taken.Of(source.Name).Add(await measure(source));
                }
                catch (Exception failure) when (!cancellationToken.IsCancellationRequested
                    && failure is HttpRequestException or IOException or InvalidDataException or TimeoutException or InvalidOperationException or JsonException or OperationCanceledException)
                {
                    taken.problems[source.Name] = failure.Message.ReplaceLineEndings(" ");
                }
            }
        }

        return taken;
    }

    /// <summary>The median over the rounds; null when the source was not there, and when it failed in any of them.</summary>
    public double? Median(string source, Func<T, double> value)
    {
        if (problems.ContainsKey(source)) return null;
        var values = Of(source).Select(value).ToList();
        return values.Count == 0 ? null : values.Median();
    }

    /// <summary>Why sources failed, if any did; behind what there is to say anyway.</summary>
    public string? Note(string? note = null)
    {
        var parts = problems.Select(problem => $"{problem.Key} failed: {problem.Value}");
        var whole = string.Join("; ", note is null ? parts : parts.Prepend(note));
        return whole.Length == 0 ? null : whole;
    }

    /// <summary>A line of the table with the medians of all three.</summary>
    public Measure ToMeasure(string row, string name, string unit, Func<T, double> value, Budget? budget = null, string? note = null) =>
        new(row, name, unit)
        {
            Raw = Median("raw", value),
            Floor = Median("floor", value),
            Product = Median("product", value),
            Budget = budget,
            Note = Note(note),
        };

    private List<T> Of(string source)
    {
        if (!results.TryGetValue(source, out var values)) results[source] = values = [];
        return values;
    }
}
