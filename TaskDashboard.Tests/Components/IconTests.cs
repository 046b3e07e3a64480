using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using TaskDashboard.App.Components.Shared;

namespace TaskDashboard.Tests.Components;

public sealed partial class IconTests
{
    [Fact]
    public void TheStyle_HasAShapeForEachIcon_AndNoOthers()
    {
        var shapes = Shape().Matches(File.ReadAllText(Path.Combine(Folder(), "icons.css"))).Select(match => match.Groups["name"].Value).Distinct();

        Assert.Equal(IconSet.Names.Order(), shapes.Order());
    }

    [Fact]
    public void AnIcon_ThatIsNotInTheSet_IsRefused() => Assert.Throws<KeyNotFoundException>(() => IconSet.ClassOf("unicorn"));

    [GeneratedRegex("""\.icon-(?<name>[a-z-]+) \{ --shape: url\("data:image/svg\+xml,[^"]+"\);""")]
    private static partial Regex Shape();

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "wwwroot", "css");
}
