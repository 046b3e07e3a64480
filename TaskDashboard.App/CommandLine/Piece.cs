using Spectre.Console;

namespace TaskDashboard.App.CommandLine;

/// <summary>A part of a line and how it looks where there are colours. Its text may be anybody's: the screen makes it harmless.</summary>
internal readonly record struct Piece(string Text, Style Style)
{
    public static implicit operator Piece(string text) => new(text, Style.Plain);

    public static Piece Of(string text) => text;
}

/// <summary>How things look: the sixteen colours that the terminal's own theme fills in.</summary>
internal static class Looks
{
    public static Style Dim { get; } = new(Color.Grey);

    public static Style Strong { get; } = new(decoration: Decoration.Bold);

    public static Style Person { get; } = new(Color.Aqua, decoration: Decoration.Bold);

    public static Style Thought { get; } = new(Color.Grey, decoration: Decoration.Italic);

    public static Style Tool { get; } = new(Color.Blue);

    public static Style Attention { get; } = new(Color.Yellow, decoration: Decoration.Bold);

    public static Style Trouble { get; } = new(Color.Red);

    public static Style OfStatus(string? status) => status switch
    {
        "running" => new Style(Color.Blue),
        "waiting" => new Style(Color.Yellow),
        "completed" or "active" => new Style(Color.Green),
        "failed" or "broken" => new Style(Color.Red),
        _ => Dim,
    };
}
