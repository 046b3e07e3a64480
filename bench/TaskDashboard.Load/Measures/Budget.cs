namespace TaskDashboard.Load.Measures;

/// <summary>What is asked of a measure: below the gate is a defect, the goal is what the machine allows.</summary>
/// <param name="Kind">What is compared, and in which direction.</param>
/// <param name="Gate">The limit.</param>
/// <param name="Goal">The aim.</param>
internal sealed record Budget(BudgetKind Kind, double Gate, double Goal)
{
    public static Budget AtLeastOfFloor(double gate, double goal) => new(BudgetKind.RatioAtLeast, gate, goal);

    public static Budget AtMostOfFloor(double gate, double goal) => new(BudgetKind.RatioAtMost, gate, goal);

    public static Budget AtMost(double gate, double goal) => new(BudgetKind.ValueAtMost, gate, goal);

    public Verdict Judge(double value)
    {
        if (double.IsNaN(value)) return Verdict.NotRun;
        var (meetsGate, meetsGoal) = Kind == BudgetKind.RatioAtLeast ? (value >= Gate, value >= Goal) : (value <= Gate, value <= Goal);
        return meetsGoal ? Verdict.GoalMet : meetsGate ? Verdict.GateMet : Verdict.MissesGate;
    }
}

internal enum BudgetKind
{
    /// <summary>Product divided by floor, more is better.</summary>
    RatioAtLeast,

    /// <summary>Product divided by floor, less is better.</summary>
    RatioAtMost,

    /// <summary>The product's own value, less is better.</summary>
    ValueAtMost,
}

internal enum Verdict
{
    NotRun,
    MissesGate,
    GateMet,
    GoalMet,
}
