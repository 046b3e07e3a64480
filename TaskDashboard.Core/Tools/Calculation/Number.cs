using System.Globalization;

namespace TaskDashboard.Core.Tools.Calculation;

/// <summary>
/// A decimal number of 28 digits as long as that holds what is calculated, so that 0.1 + 0.2 is 0.3; beyond its range, or where
/// small results would lose digits, one in floating point.
/// </summary>
internal readonly record struct Number
{
    /// <summary>Below it a decimal number has too few digits left to be more exact than floating point.</summary>
    private const decimal SmallestExact = 0.000_000_000_1m;

    private readonly decimal? exact;
    private readonly double approximate;

    private Number(decimal exact) => (this.exact, this.approximate) = (exact, (double)exact);

    private Number(double approximate)
    {
        if (double.IsNaN(approximate)) throw new ToolException("The result is not a real number.");
        if (double.IsInfinity(approximate)) throw new ToolException("The result is too large to calculate.");
        (this.exact, this.approximate) = (null, approximate);
    }

    private bool IsZero => this.approximate == 0;

    public static Number operator +(Number left, Number right) => Calculate(left, right, decimal.Add, (a, b) => a + b);

    public static Number operator -(Number left, Number right) => Calculate(left, right, decimal.Subtract, (a, b) => a - b);

    public static Number operator *(Number left, Number right) => Calculate(left, right, decimal.Multiply, (a, b) => a * b, scales: true);

    public static Number operator /(Number left, Number right) =>
        right.IsZero ? throw new ToolException("A division by zero has no result.") : Calculate(left, right, decimal.Divide, (a, b) => a / b, scales: true);

    public static Number operator %(Number left, Number right) =>
        right.IsZero ? throw new ToolException("A remainder of a division by zero has no result.") : Calculate(left, right, decimal.Remainder, (a, b) => a % b);

    /// <summary>The number that a literal stands for, or null when it is malformed.</summary>
    public static Number? TryParse(ReadOnlySpan<char> literal)
    {
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(literal, Style, CultureInfo.InvariantCulture, out var approximate)) return null;
        return decimal.TryParse(literal, Style, CultureInfo.InvariantCulture, out var exact) && (exact >= SmallestExact || approximate == 0)
            ? new(exact)
            : new Number(approximate);
    }

    public Number Negated() => this.exact is { } exact ? new(-exact) : new Number(-this.approximate);

    public Number ToPower(Number exponent)
    {
        if (IsZero && exponent.approximate < 0) throw new ToolException("Zero to a negative power has no result.");
        return TryExactPower(exponent) ?? new Number(Math.Pow(this.approximate, exponent.approximate));
    }

    public override string ToString()
    {
        if (this.exact is not { } exact) return this.approximate.ToString("R", CultureInfo.InvariantCulture);
        // The last digits of a quotient are rounding: (1 / 3) * 3 is 0.9999999999999999999999999999, and meant as 1.
        var rounded = Math.Abs(exact) >= 0.000_1m ? Math.Round(exact, 20) : exact;
        return rounded.ToString("0.############################", CultureInfo.InvariantCulture);
    }

    /// <summary>By repeated squaring; null where the exponent is not whole, or the result is out of range for a decimal number.</summary>
    private Number? TryExactPower(Number exponent)
    {
        if (this.exact is not { } factor || exponent.exact is not { } power || power != decimal.Truncate(power) || Math.Abs(power) > 1_000) return null;
        try
        {
            var result = 1m;
            for (var left = (int)Math.Abs(power); left > 0; left >>= 1, factor = left > 0 ? factor * factor : factor)
                if ((left & 1) == 1) result *= factor;
            if (power < 0) result = 1m / result;
            return Math.Abs(result) >= SmallestExact || IsZero ? new(result) : null;
        }
        catch (Exception failure) when (failure is OverflowException or DivideByZeroException)
        {
            return null;
        }
    }

    /// <summary>In decimal if that can hold the result. What scales, unlike a sum, can also come out too small for it, as 0.</summary>
    private static Number Calculate(Number left, Number right, Func<decimal, decimal, decimal> exactly, Func<double, double, double> roughly, bool scales = false)
    {
        if (left.exact is { } a && right.exact is { } b)
        {
            try
            {
                var result = exactly(a, b);
                if (!scales || a == 0 || Math.Abs(result) >= SmallestExact) return new(result);
            }
            catch (OverflowException)
            {
                // Beyond decimal: floating point reaches further.
            }
        }

        return new(roughly(left.approximate, right.approximate));
    }
}
