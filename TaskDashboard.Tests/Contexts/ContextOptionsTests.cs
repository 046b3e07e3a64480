using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Contexts;

namespace TaskDashboard.Tests.Contexts;

public sealed class ContextOptionsTests
{
    [Theory]
    [InlineData("gpt-5", 1000, 0.8, "TaskDashboard:Context:Models:0:Model has to be provider/model")]
    [InlineData("builtin/assistant", 1000, 0.8, "the built-in model has no window")]
    [InlineData("openai/gpt-5", 999, 0.8, "TaskDashboard:Context:Models:0:Tokens has to be a whole number of 1,000 and up")]
    [InlineData("openai/gpt-5", null, 0.8, "it is missing")]
    [InlineData("openai/gpt-5", 1000, 1.1, "TaskDashboard:Context:CompactAt has to be from 0 (never) to 1")]
    [InlineData("openai/gpt-5", 1000, double.NaN, "TaskDashboard:Context:CompactAt has to be from 0 (never) to 1")]
    public void SettingThatCannotBe_IsNamedWithItsKey(string model, int? tokens, double compactAt, string problem)
    {
        var options = new ContextOptions { CompactAt = compactAt };
        options.Models.Add(new ModelWindowOptions { Model = model, Tokens = tokens });

        Assert.Contains(problem, new ContextOptionsValidation().Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Window_IsTheClosestOnesThatFits()
    {
        var windows = Windows(0.5, ("openai/*", 1_000), ("openai/gpt-5*", 2_000), ("openai/gpt-5-nano", 3_000));

        Assert.Equal([1_000, 2_000, 3_000, null], new[] { "openai/o9", "openai/gpt-5-mini", "openai/gpt-5-nano", "anthropic/claude" }.Select(windows.Find));
        Assert.Equal([500, null], new[] { "openai/o9", "anthropic/claude" }.Select(windows.CompactsAt));
        Assert.Null(Windows(0, ("openai/*", 1_000)).CompactsAt("openai/o9"));
    }

    internal static ContextWindows Windows(double compactAt, params (string Model, int Tokens)[] models)
    {
        var options = new ContextOptions { CompactAt = compactAt };
        foreach (var (model, tokens) in models) options.Models.Add(new ModelWindowOptions { Model = model, Tokens = tokens });
        return new ContextWindows(Options.Create(options));
    }
}
