using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Tools;

/// <summary>A tool as an agent gets it: made for one run, bound to that run's work dir.</summary>
/// <param name="Function">What the model sees and the loop calls. A failure is an exception whose message the model can act on.</param>
/// <param name="Risk">What it can do at worst.</param>
/// <param name="Title">One line for people about a call with these arguments, such as "Read src/A.cs".</param>
public sealed record AgentTool(AIFunction Function, ToolRisk Risk, Func<AIFunctionArguments, string> Title)
{
    public string Name => Function.Name;

    /// <summary>What of a call approval rules look at; null where only the tool's name says what it does.</summary>
    public ToolSubject? Subject { get; init; }

    /// <summary>
    /// For a tool of which every call is a question to people: what a call with these arguments asks. It is asked when the call's intent is
    /// written, outlives a restart, and the function is called with the answer in the ambient <see cref="Lineage"/>. Null for every other tool.
    /// </summary>
    public Func<AIFunctionArguments, Question>? Asks { get; init; }
}

/// <summary>The argument of a call that says what it is done to.</summary>
/// <param name="Kind">What it is, which decides how patterns match it.</param>
/// <param name="Argument">Its name.</param>
public sealed record ToolSubject(ToolSubjectKind Kind, string Argument)
{
    /// <summary>What a call with these arguments is about; null when they do not say it. Without a path, a call is about the work folder itself.</summary>
    internal string? Of(JsonElement arguments) =>
        arguments.ValueKind == JsonValueKind.Object && arguments.TryGetProperty(Argument, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? value.ToString()
            : Missing;

    /// <inheritdoc cref="Of(JsonElement)"/>
    internal string? Of(AIFunctionArguments arguments) => arguments.GetValueOrDefault(Argument) switch
    {
        null or JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => Missing,
        var value => value.ToString(),
    };

    private string? Missing => Kind == ToolSubjectKind.Path ? "." : null;
}

/// <summary>Kinds of things that calls are about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ToolSubjectKind>))]
public enum ToolSubjectKind
{
    /// <summary>A path in the work folder.</summary>
    [JsonStringEnumMemberName("path")] Path,

    /// <summary>A command for a shell.</summary>
    [JsonStringEnumMemberName("command")] Command,

    /// <summary>The address of something on a network.</summary>
    [JsonStringEnumMemberName("address")] Address,
}

/// <summary>What a tool can do at worst.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ToolRisk>))]
public enum ToolRisk
{
    [JsonStringEnumMemberName("read")] Read,
    [JsonStringEnumMemberName("write")] Write,
    [JsonStringEnumMemberName("execute")] Execute,
    [JsonStringEnumMemberName("network")] Network,
}

/// <summary>Where and for whom tools are made.</summary>
/// <param name="TaskId">The task that will call them.</param>
/// <param name="WorkDir">Absolute path of the folder that they work in; made if it is missing.</param>
public sealed record ToolContext(string TaskId, string WorkDir)
{
    /// <summary>Further folders that tools may reach, as absolute paths.</summary>
    public IReadOnlyList<string> AddDirs { get; init; } = [];

    /// <summary>The folder of the program's own data: nothing in it is for tools but their own folders. Null where there is none to protect.</summary>
    public string? Hidden { get; init; }

    /// <summary>The worktree that the work folder is, or is in; null for another kind of folder.</summary>
    public TaskWorktree? Worktree { get; init; }

    /// <summary>Where tools count the processes that they had to end.</summary>
    public ProcessCount Processes { get; init; } = new();
}

/// <summary>A family of tools. Registered as a singleton; called once for each run, on any thread.</summary>
public interface IToolSource
{
    /// <summary>Names of the tools that it makes.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Makes the tools for one run.</summary>
    IEnumerable<AgentTool> Create(ToolContext context);
}
