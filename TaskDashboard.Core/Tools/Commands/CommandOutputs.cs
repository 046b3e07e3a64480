using System.Security.Cryptography;
using System.Text;

namespace TaskDashboard.Core.Tools.Commands;

/// <summary>
/// Where the whole output of a command is kept when it is more than a tool's result holds. One file for each call, in a folder of its task, bounded in
/// size; it goes away with the task. Safe for threads.
/// </summary>
public sealed class CommandOutputs
{
    private readonly string root;
    private readonly long most;

    /// <param name="dataDirectory">Where they are kept, in a folder of their own.</param>
    /// <param name="most">How many bytes of one command.</param>
    internal CommandOutputs(string dataDirectory, long most) => (root, this.most) = (Path.Combine(dataDirectory, "outputs"), most);

    /// <summary>Opens the whole output of a call to be read; null when all of it stands in its result, or when there is none.</summary>
    public FileStream? TryOpen(string taskId, string callId)
    {
        var file = FileOf(taskId, callId);
        return File.Exists(file) ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
    }

    /// <summary>Takes in what a command writes, for the call that is at work.</summary>
    internal CommandOutput Begin(string taskId, string callId) => new(FileOf(taskId, callId), most);

    /// <summary>Removes what is kept for a task.</summary>
    internal void Forget(string taskId)
    {
        if (Directory.Exists(FolderOf(taskId))) Directory.Delete(FolderOf(taskId), recursive: true);
    }

    private string FolderOf(string taskId) => Path.Combine(root, NameOf(taskId));

    private string FileOf(string taskId, string callId) => Path.Combine(FolderOf(taskId), NameOf(callId) + ".txt");

    /// <summary>Ids of calls come from models: no text of theirs becomes a name on the disk.</summary>
    private static string NameOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32];
}
