using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging;
using TaskDashboard.App.Localization;
using TaskDashboard.App.ViewModels.Text;

namespace TaskDashboard.Tests.ViewModels.Text;

public class WordsTests
{
    [Theory]
    [InlineData("anthropic/claude-sonnet-4-20250514", "claude-sonnet-4")]
    [InlineData("openai/gpt-5-2025-08-07", "gpt-5")]
    [InlineData("local/qwen3:8b", "qwen3:8b")]
    [InlineData("router/vendor/model@20250101", "model")]
    [InlineData("builtin/assistant", "assistant")]
    [InlineData("plain", "plain")]
    public void ModelName_IsWithoutVendorAndDate(string full, string shown) => Assert.Equal(shown, ModelName.ForPeople(full));

    [Theory]
    [InlineData(0.04, "0.1 s", "0.1 秒")]
    [InlineData(0.84, "0.8 s", "0.8 秒")]
    [InlineData(12.9, "12 s", "12 秒")]
    [InlineData(65, "1 min 5 s", "1 分 5 秒")]
    [InlineData(7380, "2 h 3 min", "2 小时 3 分")]
    [InlineData(90000, "1 d 1 h", "1 天 1 小时")]
    [InlineData(-5, "0.1 s", "0.1 秒")]
    public void Duration_IsInWordsOfTheLanguage(double seconds, string english, string chinese)
    {
        Assert.Equal(english, In("en", words => DurationText.Of(TimeSpan.FromSeconds(seconds), words)));
        Assert.Equal(chinese, In("zh-Hans", words => DurationText.Of(TimeSpan.FromSeconds(seconds), words)));
    }

    [Theory]
    [InlineData(950, "950")]
    [InlineData(1234, "1.2k")]
    [InlineData(3_400_000, "3.4M")]
    public void Tokens_AreShort(long tokens, string text) => Assert.Equal(text, In("en", _ => TokenText.Of(tokens)));

    private static string In(string culture, Func<IStringLocalizer<Strings>, string> say)
    {
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var (before, beforeUi) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            return say(services.GetRequiredService<IStringLocalizer<Strings>>());
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeUi);
        }
    }
}
