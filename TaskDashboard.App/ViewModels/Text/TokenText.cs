using System.Globalization;

namespace TaskDashboard.App.ViewModels.Text;

/// <summary>Token numbers, short: 950, 1.2k, 3.4M.</summary>
public static class TokenText
{
    public static string Of(long tokens) => tokens switch
    {
        < 1000 => tokens.ToString(CultureInfo.CurrentCulture),
        < 1_000_000 => (tokens / 1000d).ToString("0.#", CultureInfo.CurrentCulture) + "k",
        _ => (tokens / 1_000_000d).ToString("0.#", CultureInfo.CurrentCulture) + "M",
    };
}
