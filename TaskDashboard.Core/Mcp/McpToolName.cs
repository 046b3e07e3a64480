using System.Security.Cryptography;
using System.Text;

namespace TaskDashboard.Core.Mcp;

/// <summary>Names the tools of servers so that every provider takes them: 1 to 64 of a-z, A-Z, 0-9, _ and -, no two of one agent the same.</summary>
internal static class McpToolName
{
    private const int MaxLength = 64;
    private const int DigestLength = 8;

    /// <param name="server">The server.</param>
    /// <param name="tool">As the server calls it.</param>
    /// <param name="taken">Names that there are already; the new one is added.</param>
    public static string Make(string server, string tool, HashSet<string> taken)
    {
        var wanted = $"mcp__{server}__{tool}";
        var name = new string([.. wanted.Select(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' ? character : '_')]);
        if (name.Length <= MaxLength && taken.Add(name)) return name;

        // Made of the whole name, so that the same tool is called the same in every run.
        for (var attempt = 0; ; attempt++)
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(attempt == 0 ? wanted : $"{wanted}\n{attempt}")))[..DigestLength];
            var cut = $"{name[..Math.Min(name.Length, MaxLength - DigestLength - 1)]}_{digest}";
            if (taken.Add(cut)) return cut;
        }
    }
}
