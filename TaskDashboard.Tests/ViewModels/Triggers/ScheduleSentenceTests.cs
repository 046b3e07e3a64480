using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;
using TaskDashboard.App.ViewModels.Triggers;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Tests.ViewModels.Triggers;

/// <summary>Schedules in words. What there are no words for is shown as it was written: no sentence is ever wrong.</summary>
public sealed class ScheduleSentenceTests
{
    [Theory]
    [InlineData("* * * * *", "Every minute (UTC)")]
    [InlineData("*/15 * * * *", "Every 15 minutes (UTC)")]
    [InlineData("*/2 * * * * *", "Every 2 seconds (UTC)")]
    [InlineData("0 * * * *", "Every hour, on the hour (UTC)")]
    [InlineData("30 * * * *", "Every hour, 30 minutes past (UTC)")]
    [InlineData("0 */6 * * *", "Every 6 hours (UTC)")]
    [InlineData("30 9 * * *", "Every day at 9:30 AM (UTC)")]
    [InlineData("0 9,17 * * *", "Every day at 9:00 AM and 5:00 PM (UTC)")]
    [InlineData("0 9 * * 1-5", "Monday to Friday at 9:00 AM (UTC)")]
    [InlineData("0 9 * * MON-FRI", "Monday to Friday at 9:00 AM (UTC)")]
    [InlineData("0 0 9 ? * 2-6", "Monday to Friday at 9:00 AM (UTC)")]
    [InlineData("0 9 * * 0", "Every Sunday at 9:00 AM (UTC)")]
    [InlineData("0 9 * * 7", "Every Sunday at 9:00 AM (UTC)")]
    [InlineData("0 0 9 ? * 1", "Every Sunday at 9:00 AM (UTC)")]
    [InlineData("0 9 * * 1,3", "Every Monday and Wednesday at 9:00 AM (UTC)")]
    [InlineData("0 12 1 * *", "On day 1 of every month at 12:00 PM (UTC)")]
    [InlineData("0 12 29 2 *", "On 29 February at 12:00 PM (UTC)")]
    [InlineData("@daily", "Every day at 12:00 AM (UTC)")]
    [InlineData("@hourly", "Every hour, on the hour (UTC)")]
    [InlineData("*/15 * * * 1-5", "Monday to Friday every 15 minutes (UTC)")]
    [InlineData("0 0 12 L * ?", "By the expression 0 0 12 L * ? (UTC)")]
    [InlineData("0 9 1 * 1", "By the expression 0 9 1 * 1 (UTC)")]
    [InlineData("5-10 9 * * *", "By the expression 5-10 9 * * * (UTC)")]
    [InlineData("*/7 * * * *", "By the expression */7 * * * * (UTC)")]
    [InlineData("*/45 * * * *", "By the expression */45 * * * * (UTC)")]
    [InlineData("0 */5 * * *", "By the expression 0 */5 * * * (UTC)")]
    [InlineData("*/50 * * * * *", "By the expression */50 * * * * * (UTC)")]
    [InlineData("0 9 * 1-3 *", "By the expression 0 9 * 1-3 * (UTC)")]
    public void Cron_IsSaidInWords(string cron, string sentence) => Assert.Equal(sentence, Say("en-US", new() { Name = "", Message = "", Cron = cron }));

    [Theory]
    [InlineData(1, "Every second")]
    [InlineData(2, "Every 2 seconds")]
    [InlineData(60, "Every minute")]
    [InlineData(90, "Every 90 seconds")]
    [InlineData(7_200, "Every 2 hours")]
    [InlineData(86_400, "Every day")]
    public void Period_IsSaidInItsLargestUnit(long seconds, string sentence) => Assert.Equal(sentence, Say("en-US", new() { Name = "", Message = "", EveryS = seconds }));

    [Fact]
    public void Zone_IsNamed() =>
        Assert.Equal("Every day at 9:30 AM (Europe/Berlin)", Say("en-US", new() { Name = "", Message = "", Cron = "30 9 * * *", TimeZone = "Europe/Berlin" }));

    [Fact]
    public void OtherLanguages_HaveTheirOwnDaysAndTimes()
    {
        var definition = new TriggerDefinition { Name = "", Message = "", Cron = "30 9 * * 1,3" };

        Assert.Equal("每星期一和星期三 09:30（UTC）", Say("zh-Hans", definition));
    }

    [Fact]
    public void Webhook_HasNoTimes() => Assert.Equal("When it is called", Say("en-US", new() { Name = "", Message = "", Kind = TriggerKind.Webhook }));

    private static string Say(string culture, TriggerDefinition definition)
    {
        var (before, beforeUi) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
            return ScheduleSentence.Of(definition, services.GetRequiredService<IStringLocalizer<Strings>>()).Replace('\u202f', ' ');
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeUi);
        }
    }
}
