using System.Diagnostics;

namespace TaskDashboard.Core.Processes;

/// <summary>
/// A process and everything that came from it, however far it has gone away: found by parent, group and session, by a mark in the environment
/// and by the pipes, both of which every descendant inherits. What was once found stays known, so that a descendant that hides later is not lost.
/// </summary>
/// <remarks>
/// On Linux. On other systems it is the tree that the runtime knows, which a descendant can leave by losing its parent.
/// A descendant that clears its environment, closes its outputs, changes its session and loses its parent, all of it between two looks, would
/// escape; nothing short of a control group or a container holds that one.
/// </remarks>
internal sealed class ProcessFamily
{
    /// <summary>The variable that carries the mark.</summary>
    public const string Variable = "TASKDASHBOARD_PROCESS";

    /// <summary>How long processes have to end by themselves once they were asked to.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>How long it takes at most until all are gone, the grace among it.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(4.5);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(25);

    private readonly string mark;
    private readonly IReadOnlySet<string> pipes;
    private readonly TimeProvider time;
    private readonly Dictionary<(int Id, long StartedAt), ProcessPicture> known = [];

    /// <param name="mark">The value of <see cref="Variable"/>, or the beginning of several.</param>
    /// <param name="pipes">The pipes that it writes to, as the system names them.</param>
    /// <param name="time">For grace and bound.</param>
    public ProcessFamily(string mark, IReadOnlySet<string> pipes, TimeProvider time)
    {
        this.mark = mark;
        this.pipes = pipes;
        this.time = time;
    }

    /// <summary>Makes the first process known.</summary>
    public void Add(int id)
    {
        if (OperatingSystem.IsLinux() && LinuxProcesses.Look(id) is { } picture) known[(picture.Id, picture.StartedAt)] = picture;
    }

    /// <summary>Looks for all that are alive now.</summary>
    public List<ProcessPicture> Look()
    {
        var self = Environment.ProcessId;
        var all = LinuxProcesses.List();
        var found = all.Where(one => one.Id != self && (known.ContainsKey((one.Id, one.StartedAt))
            || LinuxProcesses.HasVariable(one.Id, Variable, mark) || (pipes.Count > 0 && LinuxProcesses.Holds(one.Id, pipes)))).ToList();
        var ids = found.Select(one => one.Id).ToHashSet();
        for (var before = -1; before != found.Count;)
        {
            before = found.Count;
            foreach (var one in all.Where(one => !ids.Contains(one.Id) && one.Id != self && (ids.Contains(one.Parent) || ids.Contains(one.Group) || ids.Contains(one.Session))))
            {
                ids.Add(one.Id);
                found.Add(one);
            }
        }

        foreach (var one in found) known[(one.Id, one.StartedAt)] = one;
        return found;
    }

    /// <summary>Ends all of them: asks first, and does not ask twice.</summary>
    /// <returns>How many were ended, and which are left after the bound.</returns>
    public async Task<(int Reaped, IReadOnlyList<int> Left)> EndAsync(Process? first)
    {
        if (!OperatingSystem.IsLinux()) return EndAsTheRuntimeCan(first);
        var began = time.GetTimestamp();
        var asked = new HashSet<(int, long)>();
        while (true)
        {
            var alive = Look();
            var elapsed = time.GetElapsedTime(began);
            if (alive.Count == 0 || elapsed > Bound) return (asked.Count - alive.Count(one => asked.Contains((one.Id, one.StartedAt))), [.. alive.Select(one => one.Id)]);
            foreach (var one in alive)
            {
                // What comes up after the grace has no claim to one of its own.
                if (asked.Add((one.Id, one.StartedAt)) || elapsed > Grace) LinuxProcesses.Signal(one, forcefully: elapsed > Grace);
            }

            await Task.Delay(LookAgain, time);
        }
    }

    private static (int Reaped, IReadOnlyList<int> Left) EndAsTheRuntimeCan(Process? first)
    {
        if (first is null || first.HasExited) return (0, []);
        first.Kill(entireProcessTree: true);
        return first.WaitForExit(Bound) ? (1, []) : (0, [first.Id]);
    }
}
