using TaskDashboard.App.ViewModels.Tools;

namespace TaskDashboard.Tests.ViewModels.Tools;

public sealed class AnsiTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\u001b[31mred\u001b[0m and \u001b[1;32mbold green\u001b[m.", "[ansi-1:red] and [ansi-2 ansi-bold:bold green].")]
    [InlineData("\u001b[91mbright\u001b[39m \u001b[104mon blue\u001b[49m", "[ansi-9:bright] [ansi-on-12:on blue]")]
    [InlineData("\u001b[38;5;196mred\u001b[0m\u001b[38;2;0;170;0mgreen", "[ansi-1:red][ansi-2:green]")]
    [InlineData("\u001b[7minverse\u001b[27m\u001b[4;3mlined", "[ansi-inverse:inverse][ansi-italic ansi-underlined:lined]")]
    [InlineData("a\u001b[2Kb\u001b[10;2Hc\u001b[?25l", "abc")]
    [InlineData("\u001b]0;title\u0007text \u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "text link")]
    [InlineData("10 %\r50 %\r100 %\ndone", "100 %\ndone")]
    [InlineData("one\r\ntwo\r\n", "one\ntwo\n")]
    [InlineData("line\n\u001b[32mhalf\u001b[0m way\rover", "line\nover")]
    [InlineData("ab\bc", "ac")]
    [InlineData("bell\u0007 nul\0", "bell nul")]
    [InlineData("cut \u001b[3", "cut ")]
    [InlineData("cut \u001b", "cut ")]
    public void Read_KeepsTextAndColours_AndNothingElseOfATerminal(string text, string expected) =>
        Assert.Equal(expected, string.Concat(AnsiText.Read(text).Select(span => span.Classes is null ? span.Text : $"[{span.Classes}:{span.Text}]")));

    [Fact]
    public void Read_OfAFloodOfColours_KeepsAllTextInBoundedSpans()
    {
        var spans = AnsiText.Read(string.Concat(Enumerable.Repeat("\u001b[31ma\u001b[32mb", 20_000)));

        Assert.True(spans.Count <= 5_001, $"{spans.Count} spans");
        Assert.Equal(40_000, spans.Sum(span => span.Text.Length));
    }
}
