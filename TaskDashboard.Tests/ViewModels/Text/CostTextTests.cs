using System.Globalization;
using TaskDashboard.App.ViewModels.Text;

namespace TaskDashboard.Tests.ViewModels.Text;

public class CostTextTests
{
    [Theory]
    [InlineData("0", "$0")]
    [InlineData("0.00001", "<$0.0001")]
    [InlineData("0.0042", "$0.0042")]
    [InlineData("0.05", "$0.05")]
    [InlineData("0.126", "$0.13")]
    [InlineData("1.25", "$1.25")]
    [InlineData("1204.4", "$1,204")]
    public void Cost_IsShort_AndNeverNothingWhereThereIsSomething(string cost, string text)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

        Assert.Equal(text, CostText.Of(decimal.Parse(cost, CultureInfo.InvariantCulture)));
    }
}
