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
