namespace TaskDashboard.Core.Tools;

/// <summary>A path that was found to be inside the folders of a task. Only <see cref="WorkDirectory"/> makes one.</summary>
/// <param name="Full">Where it really is: complete, with every link resolved.</param>
/// <param name="Shown">As the model and people see it: relative to the work folder, with forward slashes; "." for the folder itself; complete where it is in a folder that was added.</param>
internal readonly record struct WorkPath(string Full, string Shown)
{
    public bool IsFolder => Directory.Exists(Full);

    public bool IsFile => File.Exists(Full);
}
