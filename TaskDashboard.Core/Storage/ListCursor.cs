using System.Buffers.Text;
using System.Globalization;
using System.Text;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Where a page of the list ended: the sort value and the key of its last row. Opaque to clients, and of one order only.</summary>
internal sealed record ListCursor(TaskSort Sort, string Value, long Key)
{
    /// <summary>Beyond this a key has no room for a document's number beside it.</summary>
    private const long MaxKey = long.MaxValue >> SearchIndex.KeyShift;

    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(int)Sort}|{Key}|{Value}")));

    /// <exception cref="RefusedException">It is not a cursor of this order.</exception>
    public static ListCursor? Parse(string? text, TaskSort sort)
    {
        if (string.IsNullOrEmpty(text)) return null;
        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('|', 3);
            if (parts.Length == 3 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var of) && of == (int)sort &&
                long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var key) && key <= MaxKey && Fits(sort, parts[2]))
            {
                return new ListCursor(sort, parts[2], key);
            }
        }
        catch (FormatException)
        {
            // Told below, with every other way to be wrong.
        }

        throw RefusedException.Validation("cursor", "The cursor is not one that this list gave out for this order. Leave it away to begin at the start.");
    }

    private static bool Fits(TaskSort sort, string value) => sort switch
    {
        TaskSort.Newest or TaskSort.Oldest => value.Length == 0,
        TaskSort.Title or TaskSort.TitleDescending or TaskSort.Agent or TaskSort.AgentDescending or TaskSort.Model or TaskSort.ModelDescending => true,
        _ => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
    };
}
