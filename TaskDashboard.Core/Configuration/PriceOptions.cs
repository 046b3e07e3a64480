using System.Globalization;
using Microsoft.Extensions.Options;

namespace TaskDashboard.Core.Configuration;

/// <summary>The section <c>TaskDashboard:Prices</c>: what models cost. Whatever is calculated with them is an estimate: the bill is the provider's.</summary>
public sealed class PriceOptions
{
    public const string Section = "TaskDashboard:Prices";

    /// <summary>The prices, in any order. Default none: costs are then unknown, but those of the built-in model, which has none.</summary>
    public IList<ModelPriceOptions> Models { get; } = [];
}

/// <summary>What one model, or a family of them, costs from a day on. All prices in US dollars for a million tokens.</summary>
public sealed class ModelPriceOptions
{
    /// <summary>Required. <c>provider/model</c>; one that ends with <c>*</c> is for every model that begins so and has no closer one.</summary>
    public string Model { get; set; } = "";

    /// <summary>The first day on which it holds, in UTC, as <c>2026-11-21</c>. Default: since ever.</summary>
    public string? From { get; set; }

    /// <summary>Required. Of what is sent; 0 and up.</summary>
    public decimal? Input { get; set; }

    /// <summary>Of what is sent and was cached; 0 and up. Default: as <see cref="Input"/>.</summary>
    public decimal? CachedInput { get; set; }

    /// <summary>Required. Of what is received, thoughts included; 0 and up.</summary>
    public decimal? Output { get; set; }
}

/// <summary>Checks the settings at start and tells every problem at once, each with its key.</summary>
internal sealed class PriceOptionsValidation : IValidateOptions<PriceOptions>
{
    public ValidateOptionsResult Validate(string? name, PriceOptions options)
    {
        var problems = new List<string>();
        for (var index = 0; index < options.Models.Count; index++) Check($"{PriceOptions.Section}:Models:{index}", options.Models[index], problems);
        foreach (var twice in options.Models.GroupBy(price => (price.Model.Trim(), DayOf(price.From))).Where(group => group.Count() > 1))
        {
            problems.Add($"{PriceOptions.Section} has {twice.Count()} prices of {twice.Key.Item1} from the same day on: keep one.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    /// <summary>The day that a setting names; null where it names none.</summary>
    internal static DateOnly? DayOf(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static void Check(string place, ModelPriceOptions price, List<string> problems)
    {
        if (!ModelPattern.IsValid(price.Model)) problems.Add($"{place}:Model has to be provider/model, such as openai/gpt-5, or begin so and end with *; it is \"{price.Model}\".");
        if (price.From is not null && DayOf(price.From) is null) problems.Add($"{place}:From has to be a day, such as 2026-11-21; it is \"{price.From}\".");
        Amount("Input", price.Input, isRequired: true);
        Amount("CachedInput", price.CachedInput, isRequired: false);
        Amount("Output", price.Output, isRequired: true);

        void Amount(string key, decimal? amount, bool isRequired)
        {
            if (amount is null ? isRequired : amount is < 0 or > 1_000_000) problems.Add($"{place}:{key} has to be US dollars for a million tokens, from 0 to 1,000,000{(amount is null ? "; it is missing" : "")}.");
        }
    }
}
