using System.Diagnostics;

namespace TaskDashboard.Core.Processes;

/// <summary>
/// A process and everything that came from it, however far it has gone away: found by the mark that every descendant inherits, and by parent, group
/// and session. What was once found stays known, so that a descendant that hides later is not lost.
/// </summary>
/// <remarks>
/// On Linux. On other systems it is the tree that the runtime knows, which a descendant can leave by losing its parent.
/// Only a program that sets out to get away, and takes off the limit, the environment, the session and its parent, would escape; nothing short of a
/// control group or a container holds that one.
/// </remarks>
internal sealed class ProcessFamily
{
    /// <summary>How long processes have to end by themselves once they were asked to.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>How long it takes at most until all are gone, the grace among it.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(4.5);

    private const int MostLooks = 10;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LookAgainSoon = TimeSpan.FromMilliseconds(1);

    private readonly ProcessMark mark;
    private readonly TimeProvider time;
    private readonly Dictionary<(int Id, long StartedAt), ProcessPicture> known = [];
    private readonly HashSet<(int Id, long StartedAt)> ended = [];
    private long since;

    /// <param name="mark">Of one command, or of all of a scope.</param>
    /// <param name="time">For grace and bound.</param>
    public ProcessFamily(ProcessMark mark, TimeProvider time)
    {
        this.mark = mark;
        this.time = time;
    }

    /// <summary>Makes the first process known; who was there before it is none of its.</summary>
    public void Add(int id)
    {
        if (!OperatingSystem.IsLinux() || LinuxProcesses.Look(id) is not { } picture) return;
        known[(picture.Id, picture.StartedAt)] = picture;
        since = picture.StartedAt;
    }

    /// <summary>Looks for all that are alive now; again when the look says nothing.</summary>
    /// <remarks>
    /// A look is not of one moment. Who ended during it may have started somebody who came too late for it, so a look that finds nobody counts only
    /// when nobody vanished under it. On a machine where somebody always does, several are taken for one.
    /// </remarks>
    public List<ProcessPicture> Look()
    {
        for (var look = 1; ; look++)
        {
            var vanished = 0;
            var found = LookOnce(ref vanished);
            if (found.Count > 0 || vanished == 0 || look == MostLooks) return found;
        }
    }

    private List<ProcessPicture> LookOnce(ref int vanished)
    {
        var self = Environment.ProcessId;
        var all = new List<ProcessPicture>();
        var found = new List<ProcessPicture>();
        foreach (var seen in LinuxProcesses.List())
        {
            if (seen is not { } one)
            {
                vanished++;
                continue;
            }

            if (one.HasEnded)
            {
                if (one.StartedAt >= since && ended.Add((one.Id, one.StartedAt))) vanished++;
                continue;
            }

            all.Add(one);
            if (one.Id == self || one.StartedAt < since) continue;
            var marked = LinuxProcesses.HasMark(one.Id, mark);
            if (marked == true || known.ContainsKey((one.Id, one.StartedAt))) found.Add(one);
            else if (marked is null) vanished++;
        }

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

            // One that starts its successor and leaves has to be met between the two.
            await Task.Delay(elapsed > Grace ? LookAgainSoon : LookAgain, time);
        }
    }

    private static (int Reaped, IReadOnlyList<int> Left) EndAsTheRuntimeCan(Process? first)
    {
        if (first is null || first.HasExited) return (0, []);
        first.Kill(entireProcessTree: true);
        return first.WaitForExit(Bound) ? (1, []) : (0, [first.Id]);
    }
}
