using System.ComponentModel;

namespace TaskDashboard.Core.Tools.Network;

/// <summary><c>fetch_url</c>: what is behind an address on the web, as text.</summary>
internal sealed class NetworkToolSource : IToolSource, IDisposable
{
    private readonly WebReader reader;
    private readonly ToolPrototype prototype;

    public NetworkToolSource(CheckedConnections connections, TimeProvider time)
    {
        reader = new WebReader(connections, time);
        prototype = new(FetchAsync, "fetch_url",
            "Gets a web page or file by http or https and returns it as text: pages as readable text with their links, JSON and other text as it is. At most 64 KB. Only addresses on the public internet, unless the settings allow others.",
            ToolRisk.Network, arguments => $"Fetch {ToolTitle.Text(arguments, "url")}", new ToolSubject(ToolSubjectKind.Address, "url"));
        Names = [prototype.Name];
    }

    public IReadOnlyList<string> Names { get; }

    public IEnumerable<AgentTool> Create(ToolContext context) => [prototype.Bind(new WorkDirectory(context))];

    public void Dispose() => reader.Dispose();

    private async Task<string> FetchAsync([Description("The complete address, such as https://example.com/page.")] string url, CancellationToken cancellationToken = default)
    {
        if (!Uri.TryCreate(url.Trim(), UriKind.Absolute, out var address))
            throw new ToolException($"url is not a complete address. Give one such as https://example.com/page, not \"{url.Trim()}\".");
        return (await reader.ReadAsync(address, cancellationToken)).ToText();
    }
}
