using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools;

public sealed class ToolCatalogTests
{
    private static readonly ToolContext Context = new("task_1", Path.Join(Path.GetTempPath(), "never-made"));

    [Fact]
    public void Names_AreThoseOfAllSources()
    {
        using var services = Services();
        Assert.Equal(["ask_user", "calculate", "count_text", "edit_file", "fetch_url", "find_files", "list_files", "multi_edit_file", "read_file", "search_files", "update_plan", "wait", "write_file"],
            services.GetRequiredService<ToolCatalog>().Names);
    }

    [Fact]
    public void Agent_GetsTheToolsThatItNames_InItsOrder_EachOnce()
    {
        using var services = Services();
        var tools = services.GetRequiredService<ToolCatalog>().CreateFor(Agent("wait", "read_file", "calculate", "read_file"), Context);
        Assert.Equal(["wait", "read_file", "calculate"], tools.Select(tool => tool.Name));
        Assert.False(Directory.Exists(Context.WorkDir));
    }

    [Fact]
    public void UnknownName_IsLoggedOnceAndLeftOut()
    {
        var log = new RecordingLogger();
        var catalog = new ToolCatalog([new FileToolSource()], log);

        for (var run = 0; run < 3; run++) Assert.Equal(["read_file"], catalog.CreateFor(Agent("fly", "read_file"), Context).Select(tool => tool.Name));

        Assert.Contains("fly", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void TwoSourcesOfOneName_AreAFaultOfTheProgram() =>
        Assert.Throws<ArgumentException>(() => new ToolCatalog([new FileToolSource(), new FileToolSource()], new RecordingLogger()));

    [Fact]
    public void Schema_HasTheAgreedArgumentsAndNoOthers()
    {
        using var services = Services();
        var catalog = services.GetRequiredService<ToolCatalog>();
        var schemas = catalog.CreateFor(Agent([.. catalog.Names]), Context).Select(tool => $"{tool.Name}{{{Arguments(tool.Function.JsonSchema)}}} {tool.Risk}");
        Assert.Equal(
            [
                "ask_user{question!:string,options:array|null,form:object|null,default:string|null} Read",
                "calculate{expression!:string} Read",
                "count_text{path!:string} Read",
                "edit_file{path!:string,old_text!:string,new_text!:string,replace_all:boolean} Write",
                "fetch_url{url!:string} Network",
                "find_files{glob!:string,path:string} Read",
                "list_files{path:string,recursive:boolean} Read",
                "multi_edit_file{path!:string,edits!:array} Write",
                "read_file{path!:string,start_line:integer|null,end_line:integer|null} Read",
                "search_files{pattern!:string,path:string,glob:string|null} Read",
                "update_plan{steps!:array} Read",
                "wait{seconds!:number} Read",
                "write_file{path!:string,content!:string} Write",
            ],
            schemas);
    }

    [Theory]
    [InlineData("read_file", """{"path":"src/A.cs"}""", "Read src/A.cs")]
    [InlineData("list_files", "{}", "List .")]
    [InlineData("search_files", """{"pattern":"foo","path":"src"}""", "Search “foo” in src")]
    [InlineData("search_files", """{"pattern":"foo"}""", "Search “foo”")]
    [InlineData("fetch_url", """{"url":"https://example.com/a"}""", "Fetch https://example.com/a")]
    [InlineData("find_files", """{"glob":"*.cs","path":"src"}""", "Find *.cs in src")]
    [InlineData("multi_edit_file", """{"path":"A.cs"}""", "Edit A.cs")]
    [InlineData("write_file", """{"path":"notes.txt","content":"x"}""", "Write notes.txt")]
    [InlineData("edit_file", """{"path":"A.cs"}""", "Edit A.cs")]
    [InlineData("calculate", """{"expression":"2+2"}""", "Calculate 2+2")]
    [InlineData("wait", """{"seconds":5}""", "Wait 5 s")]
    [InlineData("count_text", """{"path":"README.md"}""", "Count README.md")]
    [InlineData("read_file", """{"path":null}""", "Read …")]
    [InlineData("read_file", """{"path":{"a":[1]}}""", "Read {\"a\":[1]}")]
    [InlineData("calculate", """{"expression":"1 +\n\n 1"}""", "Calculate 1 + 1")]
    public void Title_IsOneLineForPeople(string name, string arguments, string title)
    {
        using var services = Services();
        var tool = Assert.Single(services.GetRequiredService<ToolCatalog>().CreateFor(Agent(name), Context));
        var parsed = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(arguments)!.ToDictionary(pair => pair.Key, pair => (object?)pair.Value);
        Assert.Equal(title, tool.Title(new AIFunctionArguments(parsed)));
    }

    [Fact]
    public void LongTitle_IsShortened()
    {
        using var services = Services();
        var tool = Assert.Single(services.GetRequiredService<ToolCatalog>().CreateFor(Agent("calculate"), Context));
        Assert.InRange(tool.Title(new AIFunctionArguments { ["expression"] = new string('1', 100_000) }).Length, 80, 100);
    }

    [Fact]
    public async Task EachRun_HasItsOwnWorkFolder_AndTheArgumentsStayAsTheyWere()
    {
        using var first = new ToolFolder();
        using var second = new ToolFolder();
        using var services = Services();
        var catalog = services.GetRequiredService<ToolCatalog>();
        var arguments = new AIFunctionArguments { ["path"] = "a.txt" };
        first.Write("a.txt", "first");
        second.Write("a.txt", "second");

        var tools = new[] { first, second }.Select(folder => catalog.CreateFor(Agent("read_file"), new("task_1", folder.Root))[0].Function).ToArray();

        Assert.Equal("second", await tools[1].InvokeAsync(arguments));
        Assert.Equal("first", await tools[0].InvokeAsync(arguments));
        Assert.Equal([new("path", "a.txt")], arguments);
    }

    private static ServiceProvider Services() => new ServiceCollection().AddLogging().AddTools().BuildServiceProvider();

    private static AgentDefinition Agent(params string[] tools) => new() { Id = "agent_1", Name = "Tester", Tools = tools };

    private static string Arguments(JsonElement schema)
    {
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet() : [];
        return string.Join(',', schema.GetProperty("properties").EnumerateObject().Select(property =>
            $"{property.Name}{(required.Contains(property.Name) ? "!" : "")}:{Type(property.Value.GetProperty("type"))}"));
    }

    private static string Type(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? string.Join('|', type.EnumerateArray().Select(each => each.GetString())) : type.GetString()!;

    private sealed class RecordingLogger : ILogger<ToolCatalog>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
