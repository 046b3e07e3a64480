namespace TaskDashboard.Core.Costs;

/// <summary>What a model costs from a day on, in US dollars for a million tokens.</summary>
/// <param name="Model"><c>provider/model</c>; with a <c>*</c> at its end, all that begin so.</param>
/// <param name="From">The first day on which it holds, in UTC.</param>
/// <param name="Input">Of what is sent.</param>
/// <param name="CachedInput">Of what is sent and was cached.</param>
/// <param name="Output">Of what is received.</param>
public sealed record ModelPrice(string Model, DateOnly From, decimal Input, decimal CachedInput, decimal Output)
{
    private const decimal Million = 1_000_000;

    /// <summary>What a call costs, to the hundred-millionth of a dollar. An estimate: rounding, minimum charges and discounts are the provider's.</summary>
    /// <param name="input">Tokens sent, those that were cached among them.</param>
    /// <param name="cached">Those of them that were cached.</param>
    /// <param name="output">Tokens received.</param>
    public decimal Estimate(long input, long cached, long output)
    {
        var known = Math.Clamp(cached, 0, Math.Max(0, input));
        return Math.Round(((Math.Max(0, input) - known) * Input + known * CachedInput + Math.Max(0, output) * Output) / Million, 8, MidpointRounding.AwayFromZero);
    }
}
