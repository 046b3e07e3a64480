using Microsoft.Extensions.AI;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools;

/// <summary>A work folder on the disk with another beside it that tools must not reach; both are gone afterwards.</summary>
internal sealed class ToolFolder : IDisposable
{
    private readonly string parent = Directory.CreateTempSubdirectory("tools-").FullName;

    public ToolFolder()
    {
        Directory.CreateDirectory(Root);
        Directory.CreateDirectory(Outside);
    }

    public string Root => Path.Join(parent, "work");

    public string Outside => Path.Join(parent, "outside");

    /// <summary>Further folders that the tools may reach.</summary>
    public List<string> Added { get; } = [];

    /// <summary>A folder that they must not reach, wherever it is.</summary>
    public string? Hidden { get; set; }

    public WorkDirectory Work => new(Root, [.. Added], Hidden);

    /// <summary>What searches of this folder use; null for none.</summary>
    public Ripgrep? Ripgrep { get; init; }

    public string At(string path) => Path.Join(Root, path);

    /// <summary>Writes a file, with the folders above it, and answers its full path.</summary>
    public string Write(string path, string content) => Write(path, System.Text.Encoding.UTF8.GetBytes(content));

    public string Write(string path, byte[] content)
    {
        var full = Path.GetFullPath(At(path));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        return full;
    }

    public string Read(string path) => File.ReadAllText(At(path));

    /// <summary>Calls a file tool as the loop does, with arguments as pairs.</summary>
    public Task<string> CallAsync(string tool, params (string Name, object? Value)[] arguments) => CallAsync(tool, CancellationToken.None, arguments);

    public async Task<string> CallAsync(string tool, CancellationToken cancellationToken, params (string Name, object? Value)[] arguments)
    {
        var function = new FileToolSource(Ripgrep).Create(new("task_1", Root) { AddDirs = [.. Added], Hidden = Hidden }).Single(candidate => candidate.Name == tool).Function;
        var result = await function.InvokeAsync(new AIFunctionArguments(arguments.ToDictionary(pair => pair.Name, pair => pair.Value)), cancellationToken);
        return Assert.IsType<string>(result);
    }

    /// <summary>Calls a tool that must fail, and answers what the model is told.</summary>
    public async Task<string> FailAsync(string tool, params (string Name, object? Value)[] arguments) =>
        (await Assert.ThrowsAsync<ToolException>(() => CallAsync(tool, arguments))).Message;

    public void Dispose() => Directory.Delete(parent, recursive: true);
}
