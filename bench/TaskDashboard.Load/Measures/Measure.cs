namespace TaskDashboard.Load.Measures;

/// <summary>One line of the table.</summary>
/// <param name="Row">The letter of the row that it belongs to.</param>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Of the three values.</param>
internal sealed record Measure(string Row, string Name, string Unit)
{
    /// <summary>The load program calling the model server itself; null where that says nothing.</summary>
    public double? Raw { get; init; }

    public double? Floor { get; init; }

    public double? Product { get; init; }

    /// <summary>Null for a line that only explains another one.</summary>
    public Budget? Budget { get; init; }

    /// <summary>Why there is no number, or what to know about it.</summary>
    public string? Note { get; init; }

    public double? Ratio => Product / Floor;

    public Verdict? Verdict => Budget?.Judge((Budget.Kind == BudgetKind.ValueAtMost ? Product : Ratio) ?? double.NaN);
}
