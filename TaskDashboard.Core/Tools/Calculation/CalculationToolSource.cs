using System.ComponentModel;

namespace TaskDashboard.Core.Tools.Calculation;

/// <summary><c>calculate</c>: sums that a model should not do in its head.</summary>
internal sealed class CalculationToolSource : IToolSource
{
    private static readonly ToolPrototype Prototype = new(Calculate, "calculate",
        "Calculates an expression of numbers with + - * / % (remainder) ^ (power) and parentheses, such as (2 + 3) * 4 ^ 2.",
        ToolRisk.Read, arguments => $"Calculate {ToolTitle.Text(arguments, "expression")}");

    public IReadOnlyList<string> Names { get; } = [Prototype.Name];

    public IEnumerable<AgentTool> Create(ToolContext context) => [Prototype.Bind(new WorkDirectory(context))];

    private static string Calculate([Description("The expression.")] string expression) => $"{expression.Trim()} = {Expression.Evaluate(expression)}";
}
