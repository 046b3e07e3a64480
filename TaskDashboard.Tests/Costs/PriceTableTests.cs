using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Costs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Costs;

public class PriceTableTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Call_CostsWhatItsTokensDo_ThoseThatWereCachedLess()
    {
        var prices = Of(Price("openai/gpt-5", null, 2, 0.5m, 10));

        Assert.Equal((2m * 1_000 + 0.5m * 3_000 + 10m * 50) / 1_000_000, prices.Estimate("openai/gpt-5", new TaskUsage(4_000, 50, 3_000, null), Day));
    }

    [Fact]
    public void CachedTokens_WithoutAPriceOfTheirOwn_CostAsTheOthers_AndAreNeverMoreThanWereSent()
    {
        var prices = Of(Price("a/b", null, 2, null, 0));

        Assert.Equal(0.000002m, prices.Estimate("a/b", new TaskUsage(1, 0, 1, null), Day));
        Assert.Equal(0.000002m, prices.Estimate("a/b", new TaskUsage(1, 0, 99, null), Day));
    }

    [Fact]
    public void Price_HoldsFromItsDayOn_UntilTheNextOnes()
    {
        var prices = Of(Price("a/b", "2026-03-01", 2, null, 0), Price("a/b", "2026-11-21", 1, null, 0));

        Assert.Null(prices.Find("a/b", new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero)));
        Assert.Equal(2, prices.Find("a/b", new DateTimeOffset(2026, 11, 20, 23, 59, 59, TimeSpan.Zero))!.Input);
        Assert.Equal(1, prices.Find("a/b", new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero))!.Input);
        Assert.Equal(2, prices.Find("a/b", new DateTimeOffset(2026, 11, 21, 1, 0, 0, TimeSpan.FromHours(2)))!.Input);
    }

    [Theory]
    [InlineData("a/big", 3)]
    [InlineData("a/big-2026", 2)]
    [InlineData("a/small", 1)]
    [InlineData("b/big", null)]
    public void ClosestName_HasTheSay(string model, int? input)
    {
        var prices = Of(Price("a/*", null, 1, null, 0), Price("a/big*", null, 2, null, 0), Price("a/big", null, 3, null, 0));

        Assert.Equal(input, (int?)prices.Find(model, Day)?.Input);
    }

    [Fact]
    public void BuiltinModel_CostsNothing_AndAnUnknownOneNobodyKnowsWhat()
    {
        var prices = Of();

        Assert.Equal(0, prices.Estimate("builtin/assistant", new TaskUsage(1_000, 1_000, 0, null), Day));
        Assert.Null(prices.Estimate("openai/gpt-5", new TaskUsage(1_000, 1_000, 0, null), Day));
    }

    [Fact]
    public void Settings_ThatDoNotFit_AreAllToldAtOnce()
    {
        var options = new PriceOptions();
        options.Models.Add(new ModelPriceOptions { Model = "gpt-5", Input = 1, Output = 1 });
        options.Models.Add(new ModelPriceOptions { Model = "a/b*c", Input = -1, Output = 1 });
        options.Models.Add(new ModelPriceOptions { Model = "a/d", From = "yesterday", Input = 1 });
        options.Models.Add(new ModelPriceOptions { Model = "a/e", From = "2026-01-01", Input = 1, Output = 1 });
        options.Models.Add(new ModelPriceOptions { Model = "a/e", From = "2026-01-01", Input = 2, Output = 2 });

        var told = new PriceOptionsValidation().Validate(null, options).Failures!.ToList();

        Assert.Equal(
            ["Models:0:Model", "Models:1:Model", "Models:1:Input", "Models:2:From", "Models:2:Output", "2 prices of a/e"],
            new[] { "Models:0:Model", "Models:1:Model", "Models:1:Input", "Models:2:From", "Models:2:Output", "2 prices of a/e" }.Where(wanted => told.Exists(problem => problem.Contains(wanted, StringComparison.Ordinal))));
        Assert.Equal(6, told.Count);
    }

    private static ModelPriceOptions Price(string model, string? from, decimal input, decimal? cached, decimal output) =>
        new() { Model = model, From = from, Input = input, CachedInput = cached, Output = output };

    private static PriceTable Of(params ModelPriceOptions[] prices)
    {
        var options = new PriceOptions();
        foreach (var price in prices) options.Models.Add(price);
        Assert.True(new PriceOptionsValidation().Validate(null, options).Succeeded);
        return new PriceTable(Options.Create(options));
    }
}
