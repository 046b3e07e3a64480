using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.ViewModels.Text;

public sealed class EngineSentenceTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();

    [Theory]
    [InlineData("The model is answering.", "模型正在回答。")]
    [InlineData("It needs your approval: Run ls -la", "需要你批准：Run ls -la")]
    [InlineData("It waits for “Sum. Up”.", "等待“Sum. Up”。")]
    [InlineData("It waits for a slot; it is number 7 in the queue.", "等待空闲名额；排在第 7 位。")]
    [InlineData("It waits for a slot.", "等待空闲名额。")]
    [InlineData("Cancelled by you.", "已由你取消。")]
    [InlineData("Cancelled by Ann Lee.", "由 Ann Lee 取消。")]
    [InlineData("It ran longer than its timeout of 1,800 s (timeout_s of the task).", "它的运行时间超过了 1,800 秒的限制（timeout_s of the task）。")]
    [InlineData("The run has used 900 of the 1,000 tokens that it may use (the agent's limits), and its next model call would take at least 200. What it did until then is kept.", "本次运行已使用 900 个令牌，最多可用 1,000 个（the agent's limits），而下一次模型调用至少还需要 200 个。在此之前完成的内容已保留。")]
    [InlineData("3 tool calls in a row failed; the last: Read a.txt.", "连续 3 次工具调用失败；最后一次：Read a.txt。")]
    [InlineData("Something that nobody foresaw.", "Something that nobody foresaw.")]
    public void Sentence_IsSaidInTheLanguageOfThePage_AndAnUnknownOneAsItWasWritten(string engine, string shown) => Assert.Equal(shown, InChinese(words => EngineSentence.Say(engine, words)));

    [Fact]
    public void SentencesThatTheEngineMakes_AreKnown()
    {
        string?[] made =
        [
            RunChanges.ModelReasonText, RunChanges.Summarising.ReasonText, PendingReason.SlotText,
            RunChanges.WaitingFor([ATask.With(title: "One")]).ReasonText,
            RunChanges.WaitingFor([ATask.With("task_1", title: "One"), ATask.With("task_2", title: "Two"), ATask.With("task_3", title: "Three"), ATask.With("task_4", title: "Four")]).ReasonText,
        ];
        Assert.All(made, sentence => Assert.NotEqual(sentence, InChinese(words => EngineSentence.Say(sentence, words))));
    }

    [Fact]
    public void Nothing_StaysNothing() => Assert.Null(InChinese(words => EngineSentence.Say(null, words)));

    public void Dispose() => services.Dispose();

    private string? InChinese(Func<IStringLocalizer<Strings>, string?> say)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        try
        {
            return say(services.GetRequiredService<IStringLocalizer<Strings>>());
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
