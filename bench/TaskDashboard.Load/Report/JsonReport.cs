using System.Text.Json;
using System.Text.Json.Serialization;
using TaskDashboard.Load.Measures;

namespace TaskDashboard.Load.Report;

/// <summary>The same numbers for programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static async Task WriteAsync(string file, string machine, IReadOnlyList<Measure> measures)
    {
        await using var target = File.Create(file);
        await JsonSerializer.SerializeAsync(target, new { machine, measures }, Options);
    }
}
