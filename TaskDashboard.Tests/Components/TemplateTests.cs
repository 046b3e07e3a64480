using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components.Web;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.App.Components.Templates;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>Templates where tasks are made of them, and where they are made.</summary>
public class TemplateTests : PageContext
{
    private static readonly TemplateDefinition Lines = new()
    {
        Name = "Lines",
        Description = "Writes a few.",
        Message = "Write {{count}} {{style}} lines, bold: {{bold}}",
        Title = "{{count}} lines",
        AgentId = "agent_b",
        Priority = 2,
        TimeoutS = 60,
        AddDirs = ["/srv/one"],
        EnableMcp = false,
        Parameters =
        [
            new() { Name = "count", Type = ParameterType.Integer, Required = true, Min = 1, Max = 10, Label = "How many" },
            new() { Name = "style", Type = ParameterType.Choice, Options = ["plain", "rich"], Default = JsonElement.Parse("\"rich\""), Required = true },
            new() { Name = "bold", Type = ParameterType.Boolean },
        ],
    };

    private IRenderedComponent<NewTaskDialog> Chosen()
    {
        Templates.Add(Lines);
        var dialog = Render<NewTaskDialog>();
        dialog.Find("select[name=template]").Change("template_a");
        return dialog;
    }

    [Fact]
    public void WithoutTemplates_NoneIsOffered() => Assert.Empty(Render<NewTaskDialog>().FindAll("select[name=template]"));

    [Fact]
    public async Task ChosenTemplate_FillsInTheRest_ShowsItsMessage_AndStarts()
    {
        var dialog = Chosen();
        Assert.Empty(dialog.FindAll("textarea[name=message]"));
        Assert.Equal("{{count}} lines", dialog.Find("input[name=title]").GetAttribute("value"));
        Assert.Equal("Write {{count}} rich lines, bold: false", dialog.Find("[data-testid=template-preview]").TextContent);
        Assert.Equal(("How many*", "true"), (dialog.Find("label[for=argument-count]").TextContent, dialog.Find("[name=argument-count]").GetAttribute("aria-required")));

        dialog.Find("[name=argument-count]").Input("7");
        dialog.Find("[name=argument-bold]").Change(true);
        Assert.Equal("Write 7 rich lines, bold: true", dialog.Find("[data-testid=template-preview]").TextContent);
        await dialog.Find("form").SubmitAsync();

        var created = Assert.Single(Tasks.Created);
        Assert.Equal(("Write 7 rich lines, bold: true", "7 lines", "agent_b", 2, false), (created.Message, created.Title, created.AgentId, created.Priority, created.EnableMcp));
        Assert.Equal(["/srv/one"], created.AddDirs);
    }

    [Theory]
    [InlineData("", "missing")]
    [InlineData("many", "a whole number from 1 to 10")]
    [InlineData("11", "from 1 to 10")]
    public async Task WhatDoesNotFit_IsSaidAtItsField_AndNothingStarts(string given, string words)
    {
        var dialog = Chosen();
        dialog.Find("[name=argument-count]").Input(given);
        await dialog.Find("form").SubmitAsync();

        Assert.Empty(Tasks.Created);
        var field = dialog.FindAll(".argument")[0];
        Assert.Contains(words, field.QuerySelector(".field-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("true", dialog.Find("[name=argument-count]").GetAttribute("aria-invalid"));
        Assert.Single(dialog.FindAll(".field-error"));
    }

    [Fact]
    public async Task NoTemplateAgain_IsAsInTheBeginning()
    {
        var dialog = Chosen();
        dialog.Find("select[name=template]").Change("");
        dialog.Find("textarea[name=message]").Input("Count the files");
        await dialog.Find("form").SubmitAsync();
        var created = Assert.Single(Tasks.Created);
        Assert.Equal(("Count the files", null, "agent_a", null, 0, null), (created.Message, created.Title, created.AgentId, created.Priority, created.AddDirs.Count, created.EnableMcp));
    }

    [Fact]
    public async Task Editor_TakesATask_OffersWhatHasAPlace_AndSavesItsParameters()
    {
        var dialog = Render<TemplateDialog>(editor => editor.Add(page => page.TaskId, "task_1"));
        Assert.Equal(("Task title", "Count the files"), (dialog.Find("[name=template-name]").GetAttribute("value"), dialog.Find("[name=template-message]").GetAttribute("value")));

        dialog.Find("[name=template-name]").Input("Counting");
        dialog.Find("[name=template-message]").Input("Count {{count}} files as {{style}}");
        dialog.Find("[data-add=count]").Click();
        dialog.FindAll("[name=parameter-type]")[0].Change("Integer");
        dialog.FindAll("[name=parameter-min]")[0].Change("1");
        dialog.FindAll("[name=parameter-default]")[0].Change("3");
        dialog.Find("[data-add=style]").Click();
        dialog.FindAll("[name=parameter-type]")[1].Change("Choice");
        dialog.Find("[name=parameter-options]").Input("plain\n rich \n");
        dialog.FindAll("[name=parameter-default]")[1].Change("rich");
        Assert.Empty(dialog.FindAll("[data-add]"));
        await dialog.Find("form").SubmitAsync();

        var saved = Assert.Single(Templates.Versions).Definition;
        Assert.Equal(("Counting", "Count {{count}} files as {{style}}", "agent_a", "builtin/assistant"), (saved.Name, saved.Message, saved.AgentId, saved.Model));
        Assert.Equal((ParameterType.Integer, 1m, 3, true), (saved.Parameters[0].Type, saved.Parameters[0].Min, saved.Parameters[0].Default!.Value.GetInt32(), saved.Parameters[0].Required));
        Assert.Equal((ParameterType.Choice, "rich"), (saved.Parameters[1].Type, saved.Parameters[1].Default!.Value.GetString()));
        Assert.Equal(["plain", "rich"], saved.Parameters[1].Options);
    }

    [Fact]
    public async Task Editor_KeepsWhatItHasNoFieldFor_AndTellsWhatIsNotUsed()
    {
        var template = Templates.Add(Lines);
        var dialog = Render<TemplateDialog>(editor => editor.Add(page => page.Template, template));
        Assert.Empty(dialog.FindAll("[data-testid=unused]"));
        dialog.Find("[name=template-message]").Input("Write {{count}} lines");
        Assert.Contains("style, bold", dialog.Find("[data-testid=unused]").TextContent, StringComparison.Ordinal);
        dialog.FindAll("[data-action=remove-parameter]")[2].Click();
        await dialog.Find("form").SubmitAsync();

        var saved = Templates.Versions[^1];
        Assert.Equal((2, 2, 60, 2, false), (saved.Version, saved.Definition.Priority, saved.Definition.TimeoutS, saved.Definition.Parameters.Count, saved.Definition.EnableMcp));
        Assert.Equal(["/srv/one"], saved.Definition.AddDirs);
    }

    [Fact]
    public async Task Editor_SaysWhatIsWrongAtItsField()
    {
        var template = Templates.Add(Lines);
        var dialog = Render<TemplateDialog>(editor => editor.Add(page => page.Template, template));
        dialog.FindAll("[name=parameter-max]")[0].Change("ten");
        await dialog.Find("form").SubmitAsync();
        Assert.Contains("number", dialog.Find(".parameter .field-error").TextContent, StringComparison.Ordinal);
        Assert.Single(Templates.Versions);

        dialog.FindAll("[name=parameter-max]")[0].Change("10");
        Templates.Refusal = RefusedException.Conflict("template_name_taken", "There is one already.");
        await dialog.Find("form").SubmitAsync();
        Assert.Equal("There is one already.", dialog.Find(".field-error").TextContent);
        Templates.Refusal = RefusedException.Validation("parameters.1.options", "options says something twice.");
        await dialog.Find("form").SubmitAsync();
        Assert.Contains("twice", dialog.FindAll(".parameter")[1].QuerySelector(".field-error")!.TextContent, StringComparison.Ordinal);
    }
}
