using System.Globalization;
using TaskDashboard.App.ViewModels.Usage;

namespace TaskDashboard.Tests.ViewModels.Usage;

public class UsagePictureTests
{
    [Theory]
    [InlineData("en", "Nov 7")]
    [InlineData("zh-Hans", "11月7日")]
    public void Days_AreNamedAsTheLanguageNamesThem(string culture, string day)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            Assert.Equal(day, UsagePicture.Of([], new DateOnly(2026, 11, 7), new DateOnly(2026, 11, 7)).Days.Single().Day);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
