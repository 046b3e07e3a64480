using System.Globalization;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>Sizes in words, such as "812 bytes", "1.2 KB" (of 1,024) and "3.4 MB".</summary>
internal static class ByteSize
{
    public static string Text(long bytes) => bytes switch
    {
        1 => "1 byte",
        < 1_024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1_024 * 1_024 => In(bytes / 1_024d, "KB"),
        < 1_024L * 1_024 * 1_024 => In(bytes / 1_048_576d, "MB"),
        _ => In(bytes / 1_073_741_824d, "GB"),
    };

    private static string In(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {unit}");
}
