using TaskDashboard.App.CommandLine;

namespace TaskDashboard.Tests.CommandLine;

public sealed class TextTests
{
    [Theory]
    [InlineData("plain\ttext\nof two lines", "plain\ttext\nof two lines")]
    [InlineData("\e[31mred\e[0m", "[31mred[0m")]
    [InlineData("\e]0;title\aX", "]0;titleX")]
    [InlineData("a\u009b31mb\u0090c\u009cd", "a31mbcd")]
    [InlineData("over\rwrite\b\b", "overwrite")]
    [InlineData("nul\0 del\u007f", "nul del")]
    [InlineData("pay \u202e001\u202c now \u2066x\u2069", "pay 001 now x")]
    [InlineData("表格 naïve 👩‍🚀", "表格 naïve 👩‍🚀")]
    public void SafeText_OfControlCharacters_KeepsTheRest(string given, string safe) => Assert.Equal(safe, SafeText.Of(given));

    [Fact]
    public void OneLine_OfSeveral_IsOne() => Assert.Equal("first second third", SafeText.OneLine(" first\r\nsecond\tthird\n"));

    [Theory]
    [InlineData("90", 90)]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData("2h", 7_200)]
    [InlineData("7d", 604_800)]
    [InlineData("4w", 2_419_200)]
    public void Duration_AsPeopleWriteIt_IsUnderstood(string text, long seconds) => Assert.Equal(seconds, DurationText.Seconds("--older-than", text));

    [Theory]
    [InlineData("")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("d")]
    [InlineData("1.5h")]
    [InlineData("7 days")]
    [InlineData("1y")]
    [InlineData("999999999w")]
    public void Duration_ThatIsNone_IsAnErrorOfUse(string text)
    {
        var failure = Assert.Throws<CommandFailure>(() => DurationText.Parse("--older-than", text));

        Assert.Equal(ExitCodes.Usage, failure.ExitCode);
        Assert.Contains("--older-than", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrap_TearsAtASpace_AndCountsWideCharacters()
    {
        Assert.Null(Cells.Wrap("short", 10));
        Assert.Equal(("a long", "sentence here"), Cells.Wrap("a long sentence here", 10));
        Assert.Equal(("表格表格表", "格"), Cells.Wrap("表格表格表格", 10));
        Assert.Equal(("abcdefghij", "klm"), Cells.Wrap("abcdefghijklm", 10));
    }

    [Fact]
    public void Fit_OfPiecesThatAreTooLong_EndsInTheRoom()
    {
        var fitting = Cells.Fit([Piece.Of("ab"), Piece.Of("表格\n表格"), Piece.Of("gone")], 8);

        Assert.Equal("ab表格 …", string.Concat(fitting.Select(piece => piece.Text)));
    }

    [Fact]
    public void PlainTable_OfAnything_HasStraightColumnsAndOneLineForEachRow() => Assert.Equal(
        ["ID  TITLE", "1   a b", "22  表格"],
        PlainTable.Lines(["Id", "Title"], [["1", "a\nb"], ["22", "\e表格"]]));
}
