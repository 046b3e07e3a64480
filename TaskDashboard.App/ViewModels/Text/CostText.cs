using System.Globalization;

namespace TaskDashboard.App.ViewModels.Text;

/// <summary>Estimated costs, short: $0, &lt;$0.0001, $0.0042, $1.25, $1,204.</summary>
public static class CostText
{
    /// <param name="cost">US dollars.</param>
    public static string Of(decimal cost) => cost switch
    {
        0 => "$0",
        < 0.0001m => "<$" + 0.0001m.ToString("0.0000", CultureInfo.CurrentCulture),
        < 0.1m => "$" + cost.ToString("0.00##", CultureInfo.CurrentCulture),
        < 1_000 => "$" + cost.ToString("0.00", CultureInfo.CurrentCulture),
        _ => "$" + cost.ToString("#,##0", CultureInfo.CurrentCulture),
    };
}
