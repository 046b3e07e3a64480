namespace TaskDashboard.Core.Attachments;

/// <summary>What files are. Images by their first bytes, never by what somebody claims; for texts the name says which kind of text.</summary>
internal static class MediaTypes
{
    /// <summary>The images that are taken; an SVG is a text that a browser would run, so it is none.</summary>
    public static IReadOnlyList<string> Images { get; } = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    private static readonly Dictionary<string, string> Texts = new(StringComparer.OrdinalIgnoreCase)
    {
        [".css"] = "text/css",
        [".csv"] = "text/csv",
        [".htm"] = "text/html",
        [".html"] = "text/html",
        [".js"] = "text/javascript",
        [".json"] = "application/json",
        [".markdown"] = "text/markdown",
        [".md"] = "text/markdown",
        [".svg"] = "application/xml",
        [".tsv"] = "text/tab-separated-values",
        [".xml"] = "application/xml",
        [".yaml"] = "application/yaml",
        [".yml"] = "application/yaml",
    };

    public static bool IsImage(string mediaType) => Images.Contains(mediaType, StringComparer.Ordinal);

    /// <summary>The kind of image that begins so; null for anything else.</summary>
    public static string? OfImage(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])) return "image/png";
        if (head.StartsWith<byte>([0xFF, 0xD8, 0xFF])) return "image/jpeg";
        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8)) return "image/gif";
        return head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8) ? "image/webp" : null;
    }

    /// <summary>The kind of text that a file of this name is.</summary>
    public static string OfText(string name) => Texts.GetValueOrDefault(Path.GetExtension(name), "text/plain");

    /// <summary>How a file of this kind of image usually ends.</summary>
    public static string Extension(string image) => image == "image/jpeg" ? ".jpg" : $".{image[(image.IndexOf('/', StringComparison.Ordinal) + 1)..]}";
}
