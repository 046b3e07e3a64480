using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.ViewModels.Transcript;

public sealed class ReadingToolsTests
{
    [Fact]
    public async Task ToolsThatMayChangeFiles_AreNotAmongThem()
    {
        await using var engine = await Engine.StartAsync();
        var context = new ToolContext("task_1", Path.GetTempPath());
        var changing = engine.Services.GetServices<IToolSource>().SelectMany(source => source.Create(context)).Where(tool => tool.Risk is ToolRisk.Write or ToolRisk.Execute);

        Assert.All(changing, tool => Assert.True(ReadingTools.MayChange(tool.Name), tool.Name));
    }
}
