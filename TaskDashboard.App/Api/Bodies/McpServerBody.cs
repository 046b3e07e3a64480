using System.ComponentModel;
using System.Text.RegularExpressions;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>One server in <c>mcp_servers</c> of an agent.</summary>
internal sealed partial record McpServerBody
{
    private const int MaxServers = 32;
    private const int MaxTimeoutS = 600;

    [Description("Required. 1 to 32 of a-z, 0-9, _ and -; unique in the agent.")]
    public string? Name { get; init; }

    [Description("Required. stdio (a program that is started here) or http (an address).")]
    public string? Transport { get; init; }

    [Description("Required for stdio: the program.")]
    public string? Command { get; init; }

    [Description("For stdio: the program's arguments. They are shown; secrets belong into environment.")]
    public IReadOnlyList<string?>? Arguments { get; init; }

    [Description("For stdio: variables of the program. Their values are never shown again.")]
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    [Description("Required for http: the address of the server's endpoint.")]
    public string? Url { get; init; }

    [Description("For http: sent with every request. Their values are never shown again.")]
    public IReadOnlyDictionary<string, string?>? Headers { get; init; }

    [Description("false: it is neither started nor asked. Default true.")]
    public bool? Enabled { get; init; }

    [Description("The tools that the agent gets, by the server's own names. Default: all.")]
    public IReadOnlyList<string?>? Tools { get; init; }

    [Description("Longest time of one call in seconds, 1 to 600. Default 60.")]
    public int? TimeoutS { get; init; }

    [Description("read, write, execute or network: what its tools can do at worst. Default: what the server says of each.")]
    public string? Risk { get; init; }

    /// <summary>The servers that the bodies describe; what is wrong is added to the errors, under the server's place in the list.</summary>
    public static IReadOnlyList<McpServerDefinition> ReadAll(IReadOnlyList<McpServerBody> bodies, IReadOnlyList<McpServerDefinition> stored, FieldErrors errors)
    {
        if (bodies.Count > MaxServers) errors.Add("mcp_servers", $"mcp_servers holds more than {MaxServers} servers.");
        var servers = new List<McpServerDefinition>();
        for (var index = 0; index < bodies.Count; index++)
        {
            var place = $"mcp_servers[{index}]";
            if (bodies[index] is not { } body)
            {
                errors.Add(place, $"{place} is null.");
                continue;
            }

            var server = body.Read(place, stored.FirstOrDefault(known => known.Name == body.Name), errors);
            if (servers.Any(other => other.Name == server.Name && server.Name.Length > 0)) errors.Add($"{place}.name", $"Two servers are called {server.Name}.");
            servers.Add(server);
        }

        return servers;
    }

    private McpServerDefinition Read(string place, McpServerDefinition? stored, FieldErrors errors)
    {
        if (Name is null || !ServerName().IsMatch(Name)) Add("name", "has to be 1 to 32 of a-z, 0-9, _ and -.");
        if (TimeoutS is < 1 or > MaxTimeoutS) Add("timeout_s", $"has to be from 1 to {MaxTimeoutS}.");
        if (Arguments?.Any(argument => argument is null || argument.Contains('\0', StringComparison.Ordinal)) == true) Add("arguments", "holds something that is no text.");
        if (Tools?.Any(string.IsNullOrWhiteSpace) == true) Add("tools", "holds an empty name.");
        var transport = Transport switch
        {
            "stdio" => McpTransport.Stdio,
            "http" => McpTransport.Http,
            _ => Refuse("transport", "has to be stdio or http.", McpTransport.Stdio),
        };
        ToolRisk? risk = Risk switch
        {
            null => null,
            "read" => ToolRisk.Read,
            "write" => ToolRisk.Write,
            "execute" => ToolRisk.Execute,
            "network" => ToolRisk.Network,
            _ => Refuse("risk", "has to be read, write, execute or network.", ToolRisk.Execute),
        };
        if (Transport == "stdio") CheckProgram(Add);
        if (Transport == "http") CheckAddress(Add);
        return new McpServerDefinition
        {
            Name = Name ?? "",
            Transport = transport,
            Command = Command?.Trim(),
            Arguments = [.. Arguments?.OfType<string>() ?? []],
            Environment = Values("environment", Environment, stored?.Environment, VariableName(), "is no name of a variable"),
            Url = Url,
            Headers = Values("headers", Headers, stored?.Headers, HeaderName(), "is no header that can be set"),
            Enabled = Enabled ?? true,
            Tools = Tools is null ? null : [.. Tools.OfType<string>()],
            TimeoutS = TimeoutS ?? McpServerDefinition.DefaultTimeoutS,
            Risk = risk,
        };

        void Add(string field, string problem) => errors.Add($"{place}.{field}", $"{field} of {place} {problem}");

        TValue Refuse<TValue>(string field, string problem, TValue instead)
        {
            Add(field, problem);
            return instead;
        }

        IReadOnlyDictionary<string, string> Values(
            string field, IReadOnlyDictionary<string, string?>? sent, IReadOnlyDictionary<string, string>? kept, Regex name, string wrongName)
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (key, value) in sent ?? new Dictionary<string, string?>())
            {
                if (!name.IsMatch(key)) Add(field, $"holds {key}, which {wrongName}.");
                else if (value is null || value.AsSpan().IndexOfAny('\0', '\r', '\n') >= 0) Add(field, $"holds no single line of text for {key}.");
                else values[key] = value;
            }

            var unmasked = McpSecrets.Unmask(values, kept, out var missing);
            foreach (var key in missing) Add(field, $"holds a mask for {key}, but nothing is stored for it: send the value.");
            return unmasked;
        }
    }

    private void CheckProgram(Action<string, string> add)
    {
        if (string.IsNullOrWhiteSpace(Command)) add("command", "is missing.");
        else if (Command.Contains('\0', StringComparison.Ordinal)) add("command", "is no text.");
        if (Url is not null) add("url", "is for http.");
        if (Headers is { Count: > 0 }) add("headers", "is for http.");
    }

    private void CheckAddress(Action<string, string> add)
    {
        if (Url is null) add("url", "is missing.");
        else if (!Uri.TryCreate(Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")) add("url", "has to be an address that begins with http:// or https://.");
        else if (address.UserInfo.Length > 0) add("url", "holds a name or a password, which would be shown: put it into headers.");
        if (Command is not null) add("command", "is for stdio.");
        if (Arguments is { Count: > 0 }) add("arguments", "is for stdio.");
        if (Environment is { Count: > 0 }) add("environment", "is for stdio.");
    }

    [GeneratedRegex(@"\A[a-z0-9_-]{1,32}\z")]
    private static partial Regex ServerName();

    [GeneratedRegex(@"\A(?!TASKDASHBOARD_PROCESS\z)[A-Za-z_][A-Za-z0-9_]{0,127}\z")]
    private static partial Regex VariableName();

    /// <summary>Those that the protocol and the connection set themselves are left out.</summary>
    [GeneratedRegex(@"\A(?!(?:accept|host|connection|transfer-encoding|last-event-id|content-[a-z-]+|mcp-[a-z-]+)\z)[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}\z", RegexOptions.IgnoreCase)]
    private static partial Regex HeaderName();
}
