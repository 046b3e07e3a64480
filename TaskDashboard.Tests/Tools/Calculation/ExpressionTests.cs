using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Calculation;

namespace TaskDashboard.Tests.Tools.Calculation;

public sealed class ExpressionTests
{
    [Theory]
    [InlineData("2+2", "4")]
    [InlineData(" 2 + 3 * 4 ", "14")]
    [InlineData("(2 + 3) * 4", "20")]
    [InlineData("10 - 4 - 3", "3")]
    [InlineData("100 / 10 / 5", "2")]
    [InlineData("7 / 2", "3.5")]
    [InlineData("17 % 5", "2")]
    [InlineData("-17 % 5", "-2")]
    [InlineData("0.9 % 0.3", "0")]
    [InlineData("2 ^ 10", "1024")]
    [InlineData("2 ^ 3 ^ 2", "512")]
    [InlineData("-2 ^ 2", "-4")]
    [InlineData("(-2) ^ 3", "-8")]
    [InlineData("2 ^ -2", "0.25")]
    [InlineData("2 ^ 0.5", "1.4142135623730951")]
    [InlineData("0 ^ 0", "1")]
    [InlineData("--3 + +2", "5")]
    [InlineData("0 * -5", "0")]
    [InlineData("0.1 + 0.2", "0.3")]
    [InlineData("1 / 3", "0.33333333333333333333")]
    [InlineData("1 / 3 * 3", "1")]
    [InlineData(".5 * 4.", "2")]
    [InlineData("1.5e3 + 2E-1", "1500.2")]
    [InlineData("3 × 4 ÷ 2 − 1", "5")]
    [InlineData("12345678901234567890 * 1000000007", "12345678987654320198641975230")]
    [InlineData("99999999999999999999 * 99999999999999999999", "1E+40")]
    [InlineData("1e-20 * 1e-20", "1E-40")]
    [InlineData("1e-9 - 0.0000000009", "0.0000000001")]
    [InlineData("2 ^ 200", "1.6069380442589903E+60")]
    [InlineData("0.5 ^ 100", "7.888609052210118E-31")]
    public void Expression_HasItsResult(string expression, string result) => Assert.Equal(result, Expression.Evaluate(expression).ToString());

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("2 +", "ends too early")]
    [InlineData("(2 + 3", "The \"(\" at character 1 is never closed")]
    [InlineData("2 + 3)", "Did not expect \")\" at character 6")]
    [InlineData("2 3", "Did not expect \"3\" at character 3")]
    [InlineData("1,000 + 1", "without thousands separators")]
    [InlineData("sqrt(4)", "functions are not known")]
    [InlineData("2 + 2 =", "without an equals sign")]
    [InlineData("1.2.3", "\"1.2.3\" at character 1 is not a number")]
    [InlineData("* 2", "Did not expect \"*\" at character 1")]
    [InlineData("1 / 0", "division by zero")]
    [InlineData("1 % (2 - 2)", "division by zero")]
    [InlineData("0 ^ -1", "Zero to a negative power")]
    [InlineData("(-8) ^ 0.5", "not a real number")]
    [InlineData("10 ^ 10 ^ 10", "too large")]
    public void WhatIsNoExpression_IsToldInWords(string expression, string told) =>
        Assert.Contains(told, Assert.Throws<ToolException>(() => Expression.Evaluate(expression)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData('(')]
    [InlineData('-')]
    public void DeepNesting_IsRefusedBeforeTheStackIsUsedUp(char character) =>
        Assert.Contains("nested deeper", Assert.Throws<ToolException>(() => Expression.Evaluate(new string(character, 900) + "1")).Message, StringComparison.Ordinal);

    [Fact]
    public void LongExpression_IsRefused() =>
        Assert.Contains("longer than 1000", Assert.Throws<ToolException>(() => Expression.Evaluate(string.Join('+', Enumerable.Repeat("1", 600)))).Message, StringComparison.Ordinal);
}
