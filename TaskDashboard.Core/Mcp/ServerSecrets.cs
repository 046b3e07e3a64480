namespace TaskDashboard.Core.Mcp;

/// <summary>Takes a server's secrets out of what comes from it: its log, its failures and its answers may all repeat what it was given.</summary>
/// <remarks>
/// A value of fewer than six characters is left, because it would be found in half of all words; so is the path of something that exists here,
/// which is no secret, and without which the answers of a server for files would be of no use.
/// </remarks>
internal sealed class ServerSecrets
{
    private const int LeastLength = 6;

    private readonly string[] secrets;

    public ServerSecrets(McpServerDefinition server)
    {
        // The longest first: one may be part of another. A scheme in front of a header's value is no secret, and may be left off.
        secrets = [.. server.Environment.Values.Concat(server.Headers.Values.SelectMany(WithoutScheme))
            .Where(value => value.Length >= LeastLength && !(Path.IsPathRooted(value) && Path.Exists(value)))
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(value => value.Length)];
    }

    public string Clean(string text)
    {
        foreach (var secret in secrets) text = text.Replace(secret, McpSecrets.Mask, StringComparison.Ordinal);
        return text;
    }

    private static IEnumerable<string> WithoutScheme(string value) => value.Split(' ', 2, StringSplitOptions.TrimEntries) is [_, var rest] ? [value, rest] : [value];
}
