using System.Globalization;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Processes.Sandboxing;

/// <summary>What a command sees of the file system, as bubblewrap is told it (bwrap(1)).</summary>
/// <remarks>
/// A list of what is let through, because nobody can list all that is secret: the system's programs and libraries to read, the task's folders to
/// write. The home folder is an empty one of the command's own, in which the tools that live there (a .NET, a Python, package caches) can be
/// read and nothing else: no keys, no tokens, no histories, whatever they are called. So are /tmp and /run, where other programs have their sockets.
/// </remarks>
internal static class SandboxMounts
{
    private static readonly string[] System = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix", "/snap"];
    private static readonly string[] Empty = ["/tmp", "/var/tmp", "/run"];

    /// <summary>For one who is root these could be read like everything else in /etc.</summary>
    private static readonly string[] SecretFiles = ["/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/sudoers"];
    private static readonly string[] SecretFolders = ["/etc/ssl/private", "/etc/ssh", "/etc/sudoers.d"];

    private static readonly string[] ToolsAtHome =
    [
        ".dotnet", ".nuget/packages", ".npm", ".nvm", ".volta", ".bun/bin", ".deno/bin", ".local/bin", ".local/lib", ".local/pipx", ".local/share/pipx", ".local/share/uv", ".local/share/pnpm",
        ".local/share/mise", ".pyenv", ".rbenv", ".asdf", ".cargo/bin", ".cargo/registry", ".rustup", ".sdkman/candidates", ".m2/repository", "go/bin", "go/pkg", "miniconda3",
    ];

    /// <summary>The arguments that lay out the file system, the outer folders before what is in them.</summary>
    public static IEnumerable<string> Arguments(SandboxFolders folders, Func<string, string?> variable)
    {
        var mounts = new Dictionary<string, Mount>(StringComparer.Ordinal);
        foreach (var folder in System.Where(Directory.Exists)) mounts[folder] = Mount.ReadOnly;
        foreach (var folder in Empty.Concat(SecretFolders.Where(Directory.Exists))) mounts[folder] = Mount.Empty;
        foreach (var file in SecretFiles.Where(File.Exists)) mounts[file] = Mount.EmptyFile;
        if (RealPath.Of("/etc/resolv.conf") is var names && !names.StartsWith("/etc/", StringComparison.Ordinal) && File.Exists(names)) mounts[names] = Mount.ReadOnly;

        var home = variable("HOME") is { Length: > 1 } told && Path.IsPathFullyQualified(told) ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(told)) : null;
        if (home is not null)
        {
            mounts[home] = Mount.Empty;
            foreach (var tool in ToolsAtHome.Select(tool => Path.Join(home, tool)).Where(Directory.Exists)) mounts[tool] = Mount.ReadOnly;
        }

        foreach (var tool in ToolsElsewhere(home, variable)) mounts.TryAdd(tool, Mount.ReadOnly);
        foreach (var folder in folders.Readable) mounts[folder] = Mount.ReadOnly;
        if (folders.Hidden is { } hidden) mounts[hidden] = Mount.Empty;
        foreach (var folder in folders.Writable) mounts[folder] = Mount.Writable;
        return mounts.OrderBy(mount => Depth(mount.Key)).ThenBy(mount => mount.Key, StringComparer.Ordinal).SelectMany(mount => Argument(mount.Key, mount.Value));
    }

    private static readonly string[] BesidePrograms = ["lib", "lib32", "lib64", "libexec"];

    /// <summary>
    /// Where the variables say that programs are; with what stands beside a folder of programs, their libraries. Of a folder right in a home that is
    /// no more than it says: beside <c>.local/bin</c> are keyrings and histories, beside <c>.cargo/bin</c> a token.
    /// </summary>
    private static IEnumerable<string> ToolsElsewhere(string? home, Func<string, string?> variable) =>
        from folder in (variable("PATH") ?? "").Split(':').Append(variable("DOTNET_ROOT")).Append(variable("JAVA_HOME"))
        where folder is { Length: > 1 } && Path.IsPathFullyQualified(folder) && Directory.Exists(folder)
        let plain = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))
        let above = Path.GetDirectoryName(plain)
        from whole in Path.GetFileName(plain) != "bin" || Depth(above!) <= 1 || IsHome(above!, home) ? [plain]
            : IsHome(Path.GetDirectoryName(above)!, home) ? BesidePrograms.Select(beside => Path.Join(above, beside)).Where(Directory.Exists).Prepend(plain)
            : [above]
        where Depth(whole) > 1 && whole != home && !System.Any(covered => whole.StartsWith(covered + "/", StringComparison.Ordinal))
        select whole;

    /// <summary>Whether a folder is somebody's home, as far as one can tell: that of this user, or one where homes usually are.</summary>
    private static bool IsHome(string folder, string? home) => folder == home || folder == "/root" || Path.GetDirectoryName(folder) == "/home";

    private static int Depth(string path) => path == "/" ? 0 : path.Count(character => character == '/');

    private static string[] Argument(string path, Mount mount) => mount switch
    {
        Mount.Empty => ["--tmpfs", path],
        Mount.EmptyFile => ["--ro-bind", "/dev/null", path],
        Mount.ReadOnly => ["--ro-bind-try", path, path],
        Mount.Writable => ["--bind", path, path],
        _ => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"There is no mount {mount}.")),
    };

    private enum Mount
    {
        Empty,
        EmptyFile,
        ReadOnly,
        Writable,
    }
}
