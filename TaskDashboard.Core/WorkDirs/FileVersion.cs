using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>A file at one moment, as far as it is compared.</summary>
internal sealed record FileVersion
{
    /// <summary>Longest file of which lines are compared, in bytes.</summary>
    public const int MaxCompared = 256 * 1024;

    public bool Exists { get; init; } = true;

    /// <summary>Its size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Null where it is not text, too large, or not to be read.</summary>
    public string? Text { get; init; }

    public bool IsBinary { get; init; }

    public bool IsTooLarge { get; init; }

    public static FileVersion Absent { get; } = new() { Exists = false };

    public static FileVersion TooLarge(long size) => new() { Size = size, IsTooLarge = true };

    public static FileVersion Of(byte[] content)
    {
        if (content.Length > MaxCompared) return TooLarge(content.Length);
        return TextFile.Detect(content.AsSpan(0, Math.Min(content.Length, 8 * 1024))) is { } encoding
            ? new FileVersion { Size = content.Length, Text = encoding.GetString(content) }
            : new FileVersion { Size = content.Length, IsBinary = true };
    }

    /// <summary>A file as it is now. A link counts as what it says, not as what it leads to.</summary>
    /// <param name="directory">Where it is.</param>
    /// <param name="path">Relative to the work folder.</param>
    public static FileVersion Read(WorkDirectory directory, string path)
    {
        try
        {
            var file = new FileInfo(Path.Join(directory.Resolve(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".").Full, Path.GetFileName(path)));
            if (file.LinkTarget is { } target) return new FileVersion { Size = target.Length, Text = target };
            if (!file.Exists) return Absent;
            if (file.Length > MaxCompared) return TooLarge(file.Length);
            if (file.Length == 0) return new FileVersion { Text = "" };
            using var stream = directory.OpenRead(directory.Inside(file.FullName));
            var content = new byte[MaxCompared + 1];
            var read = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return Of(content[..read]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ToolException)
        {
            // There, but not to be read: its lines are not compared.
            return new FileVersion { Size = -1, IsBinary = true };
        }
    }
}
