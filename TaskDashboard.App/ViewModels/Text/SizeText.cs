using System.Globalization;

namespace TaskDashboard.App.ViewModels.Text;

/// <summary>Sizes of files, short: 812 B, 1.2 KB (of 1,024), 3.4 MB. <c>js/attachments.js</c> follows the same rules.</summary>
public static class SizeText
{
    public static string Of(long bytes) => bytes switch
    {
        < 1024 => string.Format(CultureInfo.CurrentCulture, "{0} B", bytes),
        < 1024 * 1024 => string.Format(CultureInfo.CurrentCulture, "{0:0.#} KB", bytes / 1024d),
        _ => string.Format(CultureInfo.CurrentCulture, "{0:0.#} MB", bytes / 1048576d),
    };
}
