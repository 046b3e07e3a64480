using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary>Lists and single things, as every noun shows them.</summary>
internal static class Listing
{
    private const int EndShown = 6;

    /// <summary>The end of an id, as the dashboard shows it; commands take it as well.</summary>
    public static string Short(string? id) => id is { Length: > EndShown } ? id[^EndShown..] : id ?? "";

    /// <summary>A list of the server's: a line of JSON for each thing, or a table.</summary>
    /// <param name="call">The command.</param>
    /// <param name="what">What it is a list of, for people.</param>
    /// <param name="address">With the filters.</param>
    /// <param name="most">How many.</param>
    /// <param name="headings">Of the table.</param>
    /// <param name="row">A thing as a row of it.</param>
    public static async Task<int> ShowAsync(CommandCall call, string what, string address, int most, IReadOnlyList<string> headings, Func<JsonElement, Piece[]> row)
    {
        var rows = new List<Piece[]>();
        var all = 0;

        // One more than is shown, to know whether there are more.
        await foreach (var item in call.Api.ListAsync(address, most == int.MaxValue ? most : most + 1, call.Cancelled))
        {
            if (++all > most) break;
            if (call.WantsJson) call.Screen.Raw(item.ToLine());
            else rows.Add(row(item));
        }

        if (rows.Count > 0) call.Screen.Table(headings, rows);
        else if (!call.WantsJson) call.Screen.Note($"There are no {what} like that.");
        if (all > most) call.Screen.Note($"There are more than {most}: see --limit and --all.");
        return ExitCodes.Fine;
    }

    /// <summary>Names and values below each other; what is empty is left out.</summary>
    public static void PrintFields(Screen screen, IReadOnlyList<(string Name, Piece Value)> fields)
    {
        var shown = fields.Where(field => field.Value.Text.Length > 0).ToList();
        var width = shown.Max(field => field.Name.Length) + 2;
        foreach (var (name, value) in shown) screen.Line(new Piece(name.PadRight(width), Looks.Dim), value);
    }
}
