using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Core.Processes;

/// <summary>
/// A process and everything that came from it, however far it has gone away: found by the mark that every descendant inherits, and by parent, group
/// and session. What was once found stays known, so that a descendant that hides later is not lost.
/// </summary>
/// <remarks>
/// Its times are those of the machine, whatever clock the engine has: the processes obey no other.
/// On Linux. On other systems it is the tree that the runtime knows, which a descendant can leave by losing its parent.
/// Only a program that sets out to get away would escape: one that takes off the limit, the environment, the session and its parent, or one that does
/// nothing but start its successor faster than it can be met. Nothing short of a namespace of its own or a control group holds those.
/// </remarks>
internal sealed class ProcessFamily
{
    /// <summary>How long processes have to end by themselves once they were asked to.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>How long it takes at most until all are gone, the grace among it.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(4);

    /// <summary>For how long nobody has to be seen, where others come and go so fast that no look is quiet.</summary>
    private static readonly TimeSpan UntilBelieved = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan LyingInWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LookAgainSoon = TimeSpan.FromMilliseconds(1);

    private readonly ProcessMark mark;
    private readonly Func<IEnumerable<ProcessPicture?>> everybody;
    private readonly Dictionary<(int Id, long StartedAt), ProcessPicture> known = [];
    private readonly HashSet<(int Id, long StartedAt)> ended = [];
    private long since;
    private int youngest;

    /// <param name="mark">Of one command, or of all of a scope.</param>
    /// <param name="everybody">Lists all processes that are there; null for what the system tells.</param>
    public ProcessFamily(ProcessMark mark, Func<IEnumerable<ProcessPicture?>>? everybody = null)
    {
        this.mark = mark;
        this.everybody = everybody ?? LinuxProcesses.List;
    }

    /// <summary>Makes the first process known; who was there before it is none of its.</summary>
    public void Add(int id)
    {
        if (!OperatingSystem.IsLinux() || LinuxProcesses.Look(id) is not { } picture) return;
        known[(picture.Id, picture.StartedAt)] = picture;
        since = picture.StartedAt;
    }

    /// <summary>Looks for all that are alive now.</summary>
    public List<ProcessPicture> Look() => Look(out _);

    /// <summary>Looks for all that are alive now.</summary>
    /// <param name="quiet">Whether nobody vanished under the look, so that all of them were met.</param>
    public List<ProcessPicture> Look(out bool quiet) => LookOnce(_ => { }, out quiet);

    /// <param name="found">Called with each as soon as it is seen: some live no longer than a look takes.</param>
    /// <param name="quiet">
    /// Whether nobody vanished under the look. A look is not of one moment: who ended during it may have started somebody who came too late for it.
    /// </param>
    private List<ProcessPicture> LookOnce(Action<ProcessPicture> found, out bool quiet)
    {
        var vanished = 0;
        var self = Environment.ProcessId;
        var all = new List<ProcessPicture>();
        var alive = new List<ProcessPicture>();
        foreach (var seen in everybody())
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
            if (marked is null) vanished++;
            if (marked != true && !known.ContainsKey((one.Id, one.StartedAt))) continue;
            alive.Add(one);
            found(one);
        }

        var ids = alive.Select(one => one.Id).ToHashSet();
        for (var before = -1; before != alive.Count;)
        {
            before = alive.Count;
            foreach (var one in all.Where(one => !ids.Contains(one.Id) && one.Id != self && (ids.Contains(one.Parent) || ids.Contains(one.Group) || ids.Contains(one.Session))))
            {
                ids.Add(one.Id);
                alive.Add(one);
                found(one);
            }
        }

        foreach (var one in alive) known[(one.Id, one.StartedAt)] = one;
        quiet = vanished == 0;
        return alive;
    }

    /// <summary>Ends all of them: asks first, and does not ask twice.</summary>
    /// <returns>How many were ended, and which are left after the bound.</returns>
    public async Task<(int Reaped, IReadOnlyList<int> Left)> EndAsync(Process? first)
    {
        if (!OperatingSystem.IsLinux()) return EndAsTheRuntimeCan(first);
        var (began, lastSeen) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        var asked = new HashSet<(int, long)>();
        while (true)
        {
            // What comes up after the grace has no claim to one of its own.
            var forcefully = Stopwatch.GetElapsedTime(began) > Grace;
            var alive = LookOnce(one => { if (forcefully) End(one); }, out var quiet);

            // Asked from the top: a shell that is asked behind its child still tells of the child's end.
            if (!forcefully)
            {
                foreach (var one in alive.OrderBy(one => one.StartedAt).ThenBy(one => one.Id)) End(one);
            }

            if (alive.Count > 0) lastSeen = Stopwatch.GetTimestamp();
            var gone = alive.Count == 0 && (quiet || Stopwatch.GetElapsedTime(lastSeen) > UntilBelieved);
            if (gone || Stopwatch.GetElapsedTime(began) > Bound)
            {
                // Somebody who was met to the last and is never there when one looks has a successor: it is named by who was met.
                List<int> left = gone ? [] : alive.Count > 0 ? alive.ConvertAll(one => one.Id) : [youngest];
                return (asked.Count - alive.Count(one => asked.Contains((one.Id, one.StartedAt))), left);
            }

            // One that starts its successor and leaves has to be met between the two.
            if (alive.Count > 0) await Task.Delay(forcefully ? LookAgainSoon : LookAgain);
            else if (TryCatchYoungest(asked)) lastSeen = Stopwatch.GetTimestamp();
            else await Task.Yield();

            void End(ProcessPicture one)
            {
                if (asked.Add((one.Id, one.StartedAt)) || forcefully) LinuxProcesses.Signal(one, forcefully);
            }
        }
    }

    /// <summary>
    /// Ends them where something has failed, as a look does when this program has no handles left: the first at once and unasked, which needs no look,
    /// and all the others by one more look.
    /// </summary>
    /// <returns>Whether nobody is left, as far as that can be known.</returns>
    public async Task<bool> TryEndAfterFailureAsync(Process first, ILogger logger)
    {
        try
        {
            first.Kill(entireProcessTree: !OperatingSystem.IsLinux());
            return (await EndAsync(first)).Left.Count == 0;
        }
#pragma warning disable CA1031 // Whoever failed first has the word; this is for what is left behind.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            logger.LogError(failure, "What process {Process} had started could not be looked for; what is left of it is ended by the next start.", first.Id);
            return false;
        }
    }

    /// <summary>
    /// Lies in wait for who was started last: some live shorter than a look takes, and are met only by their number. They have no claim to a grace.
    /// </summary>
    private bool TryCatchYoungest(HashSet<(int, long)> asked)
    {
        var caught = false;
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < LyingInWait)
        {
            var newest = LinuxProcesses.NewestId();
            for (var id = newest + 1; id >= newest - 1; id--)
            {
                if (id == Environment.ProcessId || LinuxProcesses.Look(id) is not { } one || one.StartedAt < since || LinuxProcesses.HasMark(id, mark) != true) continue;
                LinuxProcesses.Signal(one, forcefully: true);
                asked.Add((one.Id, one.StartedAt));
                known[(one.Id, one.StartedAt)] = one;
                youngest = one.Id;
                caught = true;
            }
        }

        return caught;
    }

    private static (int Reaped, IReadOnlyList<int> Left) EndAsTheRuntimeCan(Process? first)
    {
        if (first is null || first.HasExited) return (0, []);
        first.Kill(entireProcessTree: true);
        return first.WaitForExit(Bound) ? (1, []) : (0, [first.Id]);
    }
}
