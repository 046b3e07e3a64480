using System.Globalization;
using System.Text;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>What git knows of a folder: its commit, what differs from it, and what files held in it. Safe for threads.</summary>
internal sealed class GitTree(DataDirectory data, GitCommand git)
{
    private const string Submodule = ":160000";
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The commit that the folder's repository stands at; null where there is no repository, no commit, or no git.</summary>
    public async Task<string?> FindHeadAsync(string folder, CancellationToken cancellationToken)
    {
        // Most folders are in none, and a process takes a hundred times as long as looking.
        if (BorrowedRepository.TopOf(folder) is null) return null;
        var head = await git.RunAsync(folder, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], cancellationToken);
        return head.Succeeded ? head.Line : null;
    }

    /// <summary>
    /// Files that may differ from a commit, by path relative to the folder, with the blob that the commit has of each, or null where it has none. Null when git
    /// cannot tell.
    /// </summary>
    /// <param name="folder">Absolute path.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="only">One path alone; null for all.</param>
    /// <param name="cancellationToken">Ends git.</param>
    public async Task<IReadOnlyDictionary<string, string?>?> ListDifferingAsync(string folder, string commit, string? only, CancellationToken cancellationToken)
    {
        string[] path = only is null ? [] : ["--", only];
        using var files = BorrowedRepository.Of(folder, data, commit);
        if (files is null) return null;
        var differing = await git.RunIntoAsync(
            folder, files.Output, [.. files.Arguments, "--literal-pathspecs", "diff-index", "--raw", "-z", "--no-renames", "--ignore-submodules=all", "--abbrev=64", "--relative", commit, .. path], cancellationToken);
        if (!differing.Succeeded) return null;
        var found = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        var fields = (await File.ReadAllTextAsync(files.Output, Utf8, cancellationToken)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        for (var index = 0; index + 1 < fields.Length; index += 2)
        {
            var entry = fields[index].Split(' ');
            if (entry[0] != Submodule) found[fields[index + 1]] = entry[2].All(digit => digit == '0') ? null : entry[2];
        }

        var untracked = await git.RunIntoAsync(folder, files.Output, [.. files.Arguments, "--literal-pathspecs", "ls-files", "--others", "--exclude-standard", "-z", .. path], cancellationToken);
        if (!untracked.Succeeded) return null;
        foreach (var name in (await File.ReadAllTextAsync(files.Output, Utf8, cancellationToken)).Split('\0', StringSplitOptions.RemoveEmptyEntries)) found.TryAdd(name, null);
        return found;
    }

    /// <summary>The contents of blobs. Those that are too large to compare are read as that.</summary>
    public async Task<IReadOnlyDictionary<string, FileVersion>> ReadAsync(string folder, IReadOnlyCollection<string> blobs, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, FileVersion>(StringComparer.Ordinal);
        using var files = blobs.Count == 0 ? null : BorrowedRepository.Of(folder, data, blobs.First());
        if (files is null) return found;
        await File.WriteAllLinesAsync(files.Input, blobs, cancellationToken);
        if (!(await git.RunIntoAsync(folder, files.Output, [.. files.Arguments, "cat-file", "--batch-check"], cancellationToken, files.Input)).Succeeded) return found;
        var small = new List<string>();
        foreach (var line in await File.ReadAllLinesAsync(files.Output, cancellationToken))
        {
            if (line.Split(' ') is not [var blob, "blob", var text]) continue;
            var size = long.Parse(text, CultureInfo.InvariantCulture);
            if (size > FileVersion.MaxCompared) found[blob] = FileVersion.TooLarge(size);
            else small.Add(blob);
        }

        await File.WriteAllLinesAsync(files.Input, small, cancellationToken);
        if (small.Count == 0 || !(await git.RunIntoAsync(folder, files.Output, [.. files.Arguments, "cat-file", "--batch"], cancellationToken, files.Input)).Succeeded) return found;
        await using var stream = new BufferedStream(File.OpenRead(files.Output));
        while (ReadLine(stream) is { Length: > 0 } head && head.Split(' ') is [var blob, "blob", var size])
        {
            var content = new byte[int.Parse(size, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(content, cancellationToken);
            stream.ReadByte();
            found[blob] = FileVersion.Of(content);
        }

        return found;
    }

    private static string ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        for (int next; (next = stream.ReadByte()) is >= 0 and not '\n';) line.Append((char)next);
        return line.ToString();
    }
}
