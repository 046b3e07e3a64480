using System.Globalization;
using System.Text;
using TaskDashboard.Load.Measures;

namespace TaskDashboard.Load.Report;

/// <summary>The table, for people.</summary>
internal static class MarkdownReport
{
    public static string Write(string machine, IReadOnlyList<Measure> measures)
    {
        var text = new StringBuilder();
        text.AppendLine(machine);
        text.AppendLine();
        text.AppendLine("| | measure | unit | raw | floor | product | product/floor | gate | goal | verdict |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var measure in measures)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {measure.Row} | {measure.Name} | {measure.Unit} | {Number(measure.Raw)} | {Number(measure.Floor)} | {Number(measure.Product)} "
                + $"| {Number(measure.Ratio)} | {Limit(measure.Budget, budget => budget.Gate)} | {Limit(measure.Budget, budget => budget.Goal)} | {Words(measure.Verdict)} |");
        }

        var notes = measures.Where(measure => measure.Note is not null).ToList();
        if (notes.Count > 0) text.AppendLine();
        foreach (var measure in notes) text.AppendLine(CultureInfo.InvariantCulture, $"- {measure.Row}, {measure.Name}: {measure.Note}");
        return text.ToString();
    }

    private static string Words(Verdict? verdict) => verdict switch
    {
        null => "",
        Verdict.GoalMet => "goal met",
        Verdict.GateMet => "gate met",
        Verdict.MissesGate => "**MISSES GATE**",
        _ => "not run",
    };

    private static string Limit(Budget? budget, Func<Budget, double> limit)
    {
        if (budget is null) return "";
        var number = limit(budget).ToString("0.###", CultureInfo.InvariantCulture);
        return budget.Kind switch
        {
            BudgetKind.RatioAtLeast => $"≥ {number} × floor",
            BudgetKind.RatioAtMost => $"≤ {number} × floor",
            _ => $"≤ {number}",
        };
    }

    private static string Number(double? value) => value switch
    {
        null => "–",
        >= 100 or <= -100 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 or <= -10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
