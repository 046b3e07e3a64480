using TaskDashboard.App.Api.Bodies;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.App.ViewModels.Agents;

/// <summary>An MCP server as a person fills it in. Secrets only go out of here: what is stored is never shown.</summary>
public sealed class McpServerDraft
{
    public string Name { get; set; } = "";

    public McpTransport Transport { get; set; }

    public string Command { get; set; } = "";

    /// <summary>One on each line.</summary>
    public string Arguments { get; set; } = "";

    public List<SecretDraft> Environment { get; } = [];

    public string Url { get; set; } = "";

    public List<SecretDraft> Headers { get; } = [];

    public bool Enabled { get; set; } = true;

    /// <summary>Names of the tools that the agent gets, one on each line; empty for all.</summary>
    public string Tools { get; set; } = "";

    public string TimeoutS { get; set; } = "";

    public ToolRisk? Risk { get; set; }

    /// <param name="server">As it may be shown.</param>
    public static McpServerDraft Of(McpServerDefinition server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var draft = new McpServerDraft
        {
            Name = server.Name,
            Transport = server.Transport,
            Command = server.Command ?? "",
            Arguments = DraftText.Lines(server.Arguments),
            Url = server.Url ?? "",
            Enabled = server.Enabled,
            Tools = DraftText.Lines(server.Tools),
            TimeoutS = server.TimeoutS == McpServerDefinition.DefaultTimeoutS ? "" : DraftText.Number(server.TimeoutS),
            Risk = server.Risk,
        };
        draft.Environment.AddRange(server.Environment.Select(SecretDraft.Of));
        draft.Headers.AddRange(server.Headers.Select(SecretDraft.Of));
        return draft;
    }

    internal McpServerBody ToBody(string place, DraftNumbers numbers)
    {
        var isProgram = Transport == McpTransport.Stdio;
        return new McpServerBody
        {
            Name = Name.Trim(),
            Transport = isProgram ? "stdio" : "http",
            Command = isProgram ? Command.Trim() : null,
            Arguments = isProgram ? DraftText.List(Arguments) : null,
            Environment = isProgram ? SecretDraft.ToBody(Environment) : null,
            Url = isProgram ? null : Url.Trim(),
            Headers = isProgram ? null : SecretDraft.ToBody(Headers),
            Enabled = Enabled,
            Tools = string.IsNullOrWhiteSpace(Tools) ? null : DraftText.List(Tools),
            TimeoutS = (int?)numbers.Whole($"{place}.timeout_s", TimeoutS, int.MaxValue),
            Risk = Risk is { } risk ? DraftText.Word(risk) : null,
        };
    }
}

/// <summary>A named secret: its value can be given, and never be read.</summary>
public sealed class SecretDraft
{
    public string Name { get; set; } = "";

    /// <summary>The new value; empty to leave what is stored.</summary>
    public string Value { get; set; } = "";

    /// <summary>There is a value already.</summary>
    public bool IsStored { get; init; }

    internal static SecretDraft Of(KeyValuePair<string, string> shown) => new() { Name = shown.Key, IsStored = shown.Value.Length > 0 };

    internal static Dictionary<string, string?> ToBody(IEnumerable<SecretDraft> secrets)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var secret in secrets.Where(secret => secret.Name.Trim().Length > 0 || secret.Value.Length > 0))
        {
            values[secret.Name.Trim()] = secret.Value.Length == 0 && secret.IsStored ? McpSecrets.Mask : secret.Value;
        }

        return values;
    }
}
