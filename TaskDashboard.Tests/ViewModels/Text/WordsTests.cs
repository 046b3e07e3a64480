using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging;
using TaskDashboard.App.Localization;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

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
    [InlineData(0, "0 ms")]
    [InlineData(45, "45 ms")]
    [InlineData(1250, "1 s")]
    public void Exact_DurationsBelowASecond_AreInMilliseconds(int milliseconds, string text) =>
        Assert.Equal(text, In("en", words => DurationText.Exact(TimeSpan.FromMilliseconds(milliseconds), words)));

    [Theory]
    [InlineData(AgentTaskStatus.Pending, ReasonCodes.Delayed, "Starts [due]", "[due]开始")]
    [InlineData(AgentTaskStatus.Pending, ReasonCodes.Retry, "Attempt 2 of 3 [due]", "第 2 次尝试（共 3 次）[due]开始")]
    [InlineData(AgentTaskStatus.Waiting, ReasonCodes.RateLimit, "The provider limits its calls; it goes on [due]", "提供方限制调用频率；[due]继续")]
    [InlineData(AgentTaskStatus.Running, ReasonCodes.Model, "The model is asked again [due]", "模型将[due]再次被请求")]
    public void Reason_WithATime_IsInWordsAroundIt(AgentTaskStatus status, string reason, string english, string chinese)
    {
        var task = ATask.With(status: status, reason: reason, text: "At noon.") with { DueAt = ATask.Noon, Attempt = 1, MaxAttempts = 3 };
        Assert.Equal(english, In("en", words => Said(ReasonWords.Of(task, words))));
        Assert.Equal(chinese, In("zh-Hans", words => Said(ReasonWords.Of(task, words))));
    }

    [Fact]
    public void Reason_WithoutATime_IsTheEnginesSentence_BehindTheAttempt()
    {
        Assert.Equal("It waits for a slot.", In("en", words => Said(ReasonWords.Of(ATask.With(status: AgentTaskStatus.Pending, reason: ReasonCodes.Slot, text: "It waits for a slot."), words))));
        var second = ATask.With(reason: ReasonCodes.Model, text: "The model is answering.") with { Attempt = 2, MaxAttempts = 3 };
        Assert.Equal("Attempt 2 of 3 · The model is answering.", In("en", words => Said(ReasonWords.Of(second, words))));
        Assert.Equal("", In("en", words => Said(ReasonWords.Of(ATask.With(status: AgentTaskStatus.Completed), words))));
    }

    [Fact]
    public void Refusal_OfAKnownCause_IsInTheReadersLanguage_AndAnyOtherInTheEnginesWords()
    {
        Assert.Contains("已读取", In("zh-Hans", words => RefusalText.Of(RefusedException.Conflict("message_read", "Read."), words)), StringComparison.Ordinal);
        Assert.Contains("四个作业", In("zh-Hans", words => RefusalText.Of(RefusedException.Conflict("bulk_busy", "Busy."), words)), StringComparison.Ordinal);
        Assert.Contains("只能查看", In("zh-Hans", words => RefusalText.Of(RefusedException.ReadOnly("task"), words)), StringComparison.Ordinal);
        Assert.Contains("已不存在", In("zh-Hans", words => RefusalText.Of(RefusedException.NotFound("task", "task_1"), words)), StringComparison.Ordinal);
        Assert.Equal("Something new.", In("zh-Hans", words => RefusalText.Of(RefusedException.Conflict("something_new", "Something new."), words)));
    }

    private static string Said(ReasonWords? words) => words is null ? "" : $"{words.Before}{(words.DueAt is null ? "" : "[due]")}{words.After}";

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
