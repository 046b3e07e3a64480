using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TaskDashboard.Load.Rows;

namespace TaskDashboard.Load.Options;

/// <summary>What the command line asks for.</summary>
/// <param name="Rows">The rows to measure, in the order in which they run.</param>
/// <param name="Rounds">How often floor and product take turns; null for each mode's own number.</param>
/// <param name="Quick">A shorter run: fewer rounds, shorter ones, fewer stored tasks.</param>
/// <param name="JsonFile">Where the numbers go as JSON; null for nowhere.</param>
/// <param name="FloorOnly">Leaves the product out.</param>
internal sealed record LoadOptions(IReadOnlyList<IRow> Rows, int? Rounds, bool Quick, string? JsonFile, bool FloorOnly)
{
    public static string Usage =>
        $"""
        usage: TaskDashboard.Load [row …] [--quick] [--rounds N] [--json file] [--floor-only]
        rows:  {string.Join(", ", RowCatalog.All.Select(row => $"{row.Letter} {row.Name}"))}
        """;

    public static bool TryParse(string[] args, [NotNullWhen(true)] out LoadOptions? options, out string problem)
    {
        options = null;
        problem = "";
        var rows = new HashSet<IRow>();
        int? rounds = null;
        var quick = false;
        string? json = null;
        var floorOnly = false;

        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick":
                    quick = true;
                    break;

                case "--floor-only":
                    floorOnly = true;
                    break;

                case "--rounds" when i + 1 < args.Length
                    && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 100:
                    rounds = count;
                    i++;
                    break;

                case "--json" when i + 1 < args.Length:
                    json = args[++i];
                    break;

                case var name when RowCatalog.All.FirstOrDefault(row => row.Name == name || row.Letter == name) is { } row:
                    rows.Add(row);
                    break;

                default:
                    problem = $"'{args[i]}' is not understood here.";
                    return false;
            }
        }

        IReadOnlyList<IRow> chosen = rows.Count == 0 ? RowCatalog.All : [.. RowCatalog.All.Where(rows.Contains)];
        options = new LoadOptions(chosen, rounds, quick, json, floorOnly);
        return true;
    }
}
