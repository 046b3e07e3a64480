using System.Globalization;
using System.Text.Json;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.Tests.Templates;

/// <summary>What is filled in where, and what does not fit.</summary>
public class TemplateRenderingTests
{
    private static readonly TemplateParameter Count = new() { Name = "count", Type = ParameterType.Integer, Required = true, Min = 1, Max = 10 };
    private static readonly TemplateParameter City = new() { Name = "city" };

    private static TemplateDefinition Definition(string message, params TemplateParameter[] parameters) => new() { Name = "Test", Message = message, AgentId = "agent_a", Parameters = parameters };

    private static Dictionary<string, JsonElement> Arguments(string json) =>
        JsonElement.Parse(json).EnumerateObject().ToDictionary(argument => argument.Name, argument => argument.Value);

    private static string Rendered(TemplateDefinition definition, string arguments)
    {
        var rendered = TemplateRendering.Render(definition, Arguments(arguments));
        Assert.Empty(rendered.Errors);
        return rendered.Message;
    }

    [Theory]
    [InlineData("Go to {{city}}.", "Go to Oslo.")]
    [InlineData("Go to {{ city }} and {{city}}", "Go to Oslo and Oslo")]
    [InlineData("{{city}}", "Oslo")]
    [InlineData("a { b } c", "a { b } c")]
    [InlineData("{\"to\": {{city}}}", "{\"to\": Oslo}")]
    [InlineData("{{{city}}}", "{Oslo}")]
    [InlineData("{{{{city}}", "{{city}}")]
    [InlineData("{{{{{city}}", "{{{city}}")]
    [InlineData("{{{{{{city}}", "{{Oslo")]
    [InlineData("}} {{city}} }}", "}} Oslo }}")]
    [InlineData("", "")]
    public void Places_AreFilledIn_AndBracesThatAreMeantStay(string message, string expected) =>
        Assert.Equal(expected, Rendered(Definition(message, City), """{"city":"Oslo"}"""));

    [Theory]
    [InlineData("{{city}}")]
    [InlineData("a {{x}} b {{{{ c {{{ d } }} {{{{{{")]
    [InlineData("{")]
    [InlineData("{{")]
    [InlineData("{{{{{{{{{")]
    [InlineData("no braces at all")]
    public void TextThatIsEscaped_ReadsAsItWas(string text)
    {
        var escaped = TemplateText.Escape(text, []);
        Assert.Empty(TemplateRendering.Placeholders(escaped));
        Assert.Equal(text, Rendered(Definition(escaped), "{}"));
    }

    [Fact]
    public void PlacesThatAreKept_StayPlaces() =>
        Assert.Equal("{{city}} {{{{town}} {{ city }}", TemplateText.Escape("{{city}} {{town}} {{ city }}", ["city"]));

    [Fact]
    public void ManyOpenBraces_AreReadInOnePass()
    {
        var text = string.Concat(Enumerable.Repeat("{{ ", 300_000));
        Assert.Equal(text, TemplateRendering.Render(Definition(text, City), Arguments("{}")).Message);
    }

    [Fact]
    public void WhatIsFilledIn_IsNeverReadAsAPlaceAgain() =>
        Assert.Equal("{{count}} {{{{ 3", Rendered(Definition("{{city}} {{count}}", City, Count), """{"city":"{{count}} {{{{","count":3}"""));

    [Theory]
    [InlineData("3", "3")]
    [InlineData("3.0", "3")]
    [InlineData("1e1", "10")]
    public void Integer_IsWrittenAsOne(string given, string expected) => Assert.Equal(expected, Rendered(Definition("{{count}}", Count), $$"""{"count":{{given}}}"""));

    [Fact]
    public void NumbersAndBooleans_AreWrittenTheSameInEveryLanguage()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            var definition = Definition("{{n}} {{i}} {{b}}",
                new() { Name = "n", Type = ParameterType.Number }, new() { Name = "i", Type = ParameterType.Integer }, new() { Name = "b", Type = ParameterType.Boolean });
            Assert.Equal("-1234.50 1234567 true", Rendered(definition, """{"n":-1234.50,"i":1234567,"b":true}"""));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void WhatIsNotGiven_HasItsDefault_OrIsNothing()
    {
        var definition = Definition("{{a}}|{{b}}|{{c}}|{{d}}",
            new() { Name = "a", Required = true, Default = JsonElement.Parse("\"one\"") }, new() { Name = "b" },
            new() { Name = "c", Type = ParameterType.Boolean }, new() { Name = "d", Type = ParameterType.Integer, Default = JsonElement.Parse("7") });
        Assert.Equal("one||false|7", Rendered(definition, "{}"));
        Assert.Equal("one|two|true|8", Rendered(definition, """{"a":null,"b":"two","c":true,"d":8}"""));
        Assert.Equal("one||false|7", Rendered(definition, """{"a":""}"""));
    }

    [Theory]
    [InlineData(ParameterType.Integer, "\"3\"", "a whole number from 1 to 10")]
    [InlineData(ParameterType.Integer, "3.5", "a whole number from 1 to 10")]
    [InlineData(ParameterType.Integer, "0", "from 1 to 10")]
    [InlineData(ParameterType.Integer, "11", "from 1 to 10")]
    [InlineData(ParameterType.Integer, "1e400", "a whole number")]
    [InlineData(ParameterType.Integer, "true", "a whole number")]
    [InlineData(ParameterType.Number, "\"1.5\"", "a number from 1 to 10")]
    [InlineData(ParameterType.Number, "10.01", "a number from 1 to 10")]
    [InlineData(ParameterType.Number, "1e400", "a number from 1 to 10")]
    [InlineData(ParameterType.Number, "1e40", "a number from 1 to 10")]
    [InlineData(ParameterType.Boolean, "1", "true or false")]
    [InlineData(ParameterType.Boolean, "\"true\"", "true or false")]
    [InlineData(ParameterType.Choice, "\"Red\"", "one of red, green")]
    [InlineData(ParameterType.Choice, "3", "one of red, green")]
    [InlineData(ParameterType.String, "3", "a text of up to 4 characters")]
    [InlineData(ParameterType.String, "\"12345\"", "a text of up to 4 characters")]
    [InlineData(ParameterType.String, "\"\\ud800\"", "a text")]
    [InlineData(ParameterType.String, "[\"a\"]", "a text")]
    public void WhatDoesNotFit_IsSaidAtItsField_AndItsPlaceIsLeft(ParameterType type, string given, string wanted)
    {
        var parameter = new TemplateParameter { Name = "it", Type = type, Min = 1, Max = 10, MaxLength = 4, Options = ["red", "green"] };
        var rendered = TemplateRendering.Render(Definition("Take {{it}}", parameter), Arguments($$"""{"it":{{given}}}"""));
        var (field, problems) = Assert.Single(rendered.Errors);
        Assert.Equal("arguments.it", field);
        Assert.Contains(wanted, Assert.Single(problems), StringComparison.Ordinal);
        Assert.Equal("Take {{it}}", rendered.Message);
    }

    [Fact]
    public void EverythingThatIsWrong_IsSaidAtOnce()
    {
        var rendered = TemplateRendering.Render(Definition("{{count}} {{city}}", Count, City with { Required = true }), Arguments("""{"city":"","town":"Oslo"}"""));
        Assert.Equal(["arguments.city", "arguments.count", "arguments.town"], rendered.Errors.Keys.Order());
        Assert.Contains("there are count, city", rendered.Errors["arguments.town"][0], StringComparison.Ordinal);
        Assert.Contains("missing", rendered.Errors["arguments.count"][0], StringComparison.Ordinal);
    }

    [Fact]
    public void Title_IsFilledInToo_AsOneLine_AndCut()
    {
        var definition = Definition("Go", City) with { Title = "To {{city}}" };
        Assert.Equal("To New York", TemplateRendering.Render(definition, Arguments("""{"city":"New\nYork"}""")).Title);
        Assert.Equal(200, TemplateRendering.Render(definition, Arguments($$"""{"city":"{{new string('x', 500)}}"}""")).Title!.Length);
        Assert.Null(TemplateRendering.Render(definition with { Title = "{{city}}" }, Arguments("{}")).Title);
    }
}
