using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.Tests.Templates;

/// <summary>What a template may be.</summary>
public class TemplateValidationTests
{
    private static readonly TemplateDefinition Good = new()
    {
        Name = "Report",
        Message = "Write {{count}} lines in {{style}}",
        AgentId = "agent_a",
        Parameters =
        [
            new() { Name = "count", Type = ParameterType.Integer, Min = 1, Max = 9, Default = JsonElement.Parse("3") },
            new() { Name = "style", Type = ParameterType.Choice, Options = ["plain", "rich"], Default = JsonElement.Parse("\"rich\"") },
        ],
    };

    private static void Refused(TemplateDefinition definition, string field, string words = "") =>
        Assert.Contains(words, string.Join(' ', Assert.Contains(field, TemplateValidation.Problems(definition))), StringComparison.Ordinal);

    private static TemplateDefinition With(params TemplateParameter[] parameters) => Good with { Message = "Go", Parameters = parameters };

    [Fact]
    public void GoodOne_HasNoProblem()
    {
        Assert.Empty(TemplateValidation.Problems(Good));
        Assert.Empty(Good.UnusedParameters);
    }

    [Fact]
    public void ParameterThatIsNeverUsed_IsAllowedAndTold()
    {
        var definition = Good with { Message = "Write {{count}} lines" };
        Assert.Empty(TemplateValidation.Problems(definition));
        Assert.Equal(["style"], definition.UnusedParameters);
        Assert.Empty((definition with { Title = "In {{style}}" }).UnusedParameters);
    }

    [Fact]
    public void PlacesOfNothing_AreRefusedWhereTheyStand()
    {
        Refused(Good with { Message = "{{cuont}} of {{count}}" }, "message", "cuont");
        Refused(Good with { Message = "{{Count}}" }, "message", "no such parameter");
        Refused(Good with { Message = "{{ .Values.name }}" }, "message", "{{{{");
        Refused(Good with { Message = "open {{ end" }, "message", "no placeholder");
        Refused(Good with { Title = "{{place}}" }, "title", "place");
    }

    [Fact]
    public void WhatATaskMayNotHave_ATemplateMayNotHaveEither()
    {
        Refused(Good with { AgentId = " " }, "agent_id");
        Refused(Good with { Message = " " }, "message");
        Refused(Good with { Priority = 4 }, "priority");
        Refused(Good with { TimeoutS = 0 }, "timeout_s");
        Refused(Good with { WorkDir = "/nowhere/at/all" }, "work_dir");
        Refused(Good with { AddDirs = ["relative"] }, "add_dirs");
        Refused(Good with { Worktree = true }, "worktree");
        Refused(Good with { Title = new string('x', 201) }, "title");
        Assert.Equal("too_large", Assert.Throws<RefusedException>(() => TemplateValidation.Problems(Good with { Message = new string('x', (1 << 20) + 1) })).Code);
    }

    [Fact]
    public void NameAndDescription_HaveTheirBounds()
    {
        Refused(Good with { Name = "" }, "name");
        Refused(Good with { Name = new string('x', 101) }, "name");
        Refused(Good with { Name = "two\nlines" }, "name");
        Refused(Good with { Description = new string('x', 1001) }, "description");
    }

    [Fact]
    public void Parameters_AreCheckedOneByOne()
    {
        Refused(With(new TemplateParameter { Name = "" }), "parameters.0.name");
        Refused(With(new TemplateParameter { Name = "two words" }), "parameters.0.name");
        Refused(With(new() { Name = "a" }, new() { Name = "A" }), "parameters.1.name", "already");
        Refused(With(new TemplateParameter { Name = "a", Type = ParameterType.Choice }), "parameters.0.options");
        Refused(With(new TemplateParameter { Name = "a", Type = ParameterType.Choice, Options = [] }), "parameters.0.options");
        Refused(With(new TemplateParameter { Name = "a", Type = ParameterType.Choice, Options = ["x", "x"] }), "parameters.0.options", "twice");
        Refused(With(new TemplateParameter { Name = "a", Type = ParameterType.Choice, Options = [" "] }), "parameters.0.options");
        Refused(With(new TemplateParameter { Name = "a", Options = ["x"] }), "parameters.0.options");
        Refused(With(new TemplateParameter { Name = "a", Min = 1 }), "parameters.0.min");
        Refused(With(new TemplateParameter { Name = "a", Type = ParameterType.Number, Min = 2, Max = 1 }), "parameters.0.min", "nothing would fit");
        Refused(With(new TemplateParameter { Name = "a", Type = ParameterType.Boolean, MaxLength = 3 }), "parameters.0.max_length");
        Refused(With(new TemplateParameter { Name = "a", MaxLength = 0 }), "parameters.0.max_length");
        Refused(With(new TemplateParameter { Name = "a", Type = ParameterType.Integer, Max = 3, Default = JsonElement.Parse("4") }), "parameters.0.default", "at most 3");
        Refused(With([.. Enumerable.Range(0, 51).Select(number => new TemplateParameter { Name = $"p{number}" })]), "parameters", "50");
    }
}
