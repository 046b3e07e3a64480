namespace TaskDashboard.Load.Screenshots;

/// <summary>A page to take a picture of.</summary>
/// <param name="Name">What the picture's file begins with.</param>
/// <param name="Path">Its address under the root.</param>
/// <param name="Drawn">A selector of what says that it is drawn.</param>
/// <param name="Press">A key to press before the picture; null for none.</param>
internal sealed record ScreenshotPage(string Name, string Path, string Drawn, string? Press = null);

/// <summary>How a picture looks.</summary>
/// <param name="Language">Of the page.</param>
/// <param name="Theme">Light or dark.</param>
/// <param name="IsPhone">390 px wide, and 1400 otherwise.</param>
internal sealed record ScreenshotLook(string Language, string Theme, bool IsPhone)
{
    public static IReadOnlyList<ScreenshotLook> All { get; } =
    [
        .. from language in new[] { "en", "zh-Hans" } from theme in new[] { "light", "dark" } from phone in new[] { false, true } select new ScreenshotLook(language, theme, phone),
    ];

    /// <summary>What the picture's file ends with.</summary>
    public string Name => $"{Language[..2]}-{Theme}-{(IsPhone ? "phone" : "wide")}";
}
