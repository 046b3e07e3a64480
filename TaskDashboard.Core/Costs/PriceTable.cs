using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Costs;

/// <summary>What models cost, as the settings say. Of a model that is not in it the cost is unknown, which is not nothing. Safe for threads.</summary>
public sealed class PriceTable
{
    /// <summary>It runs in this process.</summary>
    private static readonly ModelPrice Builtin = new("builtin/*", DateOnly.MinValue, 0, 0, 0);

    private readonly ImmutableArray<ModelPrice> prices;
    private readonly ConcurrentDictionary<string, ImmutableArray<ModelPrice>> ofModels = new(StringComparer.Ordinal);

    /// <param name="options">The prices.</param>
    public PriceTable(IOptions<PriceOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        prices = [.. options.Value.Models.Select(ToPrice), Builtin];
    }

    /// <summary>All prices that are set, by model and day.</summary>
    public IReadOnlyList<ModelPrice> All => [.. prices.Where(price => price != Builtin).OrderBy(price => price.Model, StringComparer.Ordinal).ThenBy(price => price.From)];

    /// <summary>The price of a model at a time; null where none is set.</summary>
    /// <param name="model"><c>provider/model</c>.</param>
    /// <param name="at">When it is called.</param>
    public ModelPrice? Find(string model, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(model);
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        foreach (var price in ofModels.GetOrAdd(model, PricesOf))
        {
            if (price.From <= day) return price;
        }

        return null;
    }

    /// <summary>What a call has cost; null where the price of its model is not known.</summary>
    public decimal? Estimate(string model, TaskUsage usage, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(usage);
        return Find(model, at)?.Estimate(usage.Input, usage.Cached, usage.Output);
    }

    /// <summary>Those of the closest name that fits, the newest first.</summary>
    private ImmutableArray<ModelPrice> PricesOf(string model)
    {
        var closest = ModelPattern.Closest(prices.Select(price => price.Model), model);
        return [.. prices.Where(price => price.Model == closest).OrderByDescending(price => price.From)];
    }

    private static ModelPrice ToPrice(ModelPriceOptions price) => new(
        price.Model.Trim(), PriceOptionsValidation.DayOf(price.From) ?? DateOnly.MinValue, price.Input!.Value, price.CachedInput ?? price.Input.Value, price.Output!.Value);
}
