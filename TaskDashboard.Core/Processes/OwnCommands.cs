using System.Net;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Core.Processes;

/// <summary>
/// Tells whether a TCP connection to this program comes from a process that descends from one of ours: a command of a task, or an MCP server. They reach
/// the loopback addresses as the person's own programs do, and must not do there what is the person's to do. Safe for threads.
/// </summary>
/// <remarks>
/// On Linux, by the owner of the connection's other end and the mark that every descendant inherits; in the sandbox, which shares the network, as
/// well as outside. One in a network of its own does not reach this program at all.
/// It does not see: a command that has something else work for it (a program of the person that takes orders, a process of another user that it may
/// start, a descriptor passed on to a process that is not ours), one outside the sandbox that takes off everything by which descendants are known
/// (<see cref="ProcessFamily"/>), connections that are not TCP, and anything on other systems than Linux.
/// A connection that nobody holds any more, or whose owner cannot be made out because one of ours hides what it has open, counts as one of ours: who asks
/// and does not wait for the answer must not get what who waits does not get.
/// </remarks>
public sealed class OwnCommands
{
    private const int MostLooks = 4;
    private const int MostAncestors = 200;

    private readonly ProcessRunner processes;
    private readonly ILogger<OwnCommands> logger;
    private int saidThatItIsBlind;

    internal OwnCommands(ProcessRunner processes, ILogger<OwnCommands> logger) => (this.processes, this.logger) = (processes, logger);

    /// <summary>
    /// Looks for the process at the other end. At once while no process of ours is alive, or has been in the last seconds; otherwise it takes some
    /// milliseconds, depending on how many processes there are.
    /// </summary>
    /// <param name="local">This program's end of the connection.</param>
    /// <param name="remote">The other end.</param>
    /// <returns>The command; null when it is somebody else, or where the system does not let one look (which is logged once).</returns>
    public CommandCaller? Find(IPEndPoint local, IPEndPoint remote)
    {
        if (processes.Living.HaveLongBeenNone || !OperatingSystem.IsLinux()) return null;
        try
        {
            return Look(local, remote);
        }
        catch (Exception blind) when (blind is IOException or UnauthorizedAccessException)
        {
            if (Interlocked.Exchange(ref saidThatItIsBlind, 1) == 0) logger.LogWarning(blind, "What /proc says of connections cannot be read here: requests from commands of agents are not told from yours.");
            return null;
        }
    }

    private CommandCaller? Look(IPEndPoint local, IPEndPoint remote)
    {
        var family = new ProcessFamily(processes.Marks);
        var couldBeAnother = false;
        for (var look = 0; look < MostLooks; look++)
        {
            // Read again before it counts as gone: a table that changes under the reading can lose a line.
            if ((LinuxSockets.Find(remote, local) ?? LinuxSockets.Find(remote, local)) is not { IsHeld: true } socket) return CommandCaller.Unknown;
            var ours = family.Look(out var quiet);
            if (ours.Count == 0 && quiet) return null;
            if (ours.FirstOrDefault(one => LinuxSockets.Holds(one.Id, socket) == true) is { } holder) return CallerAt(holder);

            // Whoever came up behind the look may still be one of ours.
            if (FindOther(ours, socket, ref couldBeAnother) is { } other)
            {
                if (family.Look(out _).All(one => one.Id != other.Id)) return null;
                continue;
            }

            if (ours.FirstOrDefault(one => LinuxSockets.HoldsInAThread(one.Id, socket)) is { } threaded) return CallerAt(threaded);
            if (ours.FirstOrDefault(one => CouldHold(one, socket)) is { } hiding) return CallerAt(hiding);
            if (quiet) return null;
        }

        // So many come and go that one could have slipped through each look.
        return couldBeAnother ? null : CommandCaller.Unknown;
    }

    private static ProcessPicture? FindOther(List<ProcessPicture> ours, SocketPicture socket, ref bool couldBeAnother)
    {
        var known = ours.Select(one => one.Id).ToHashSet();
        foreach (var one in LinuxProcesses.List())
        {
            if (one is null or { HasEnded: true } || known.Contains(one.Id)) continue;
            if (LinuxSockets.Holds(one.Id, socket) is { } holds)
            {
                if (holds) return one;
            }
            else if (LinuxProcesses.UserOf(one.Id) == socket.User)
            {
                couldBeAnother = true;
            }
        }

        return null;
    }

    /// <summary>Whether it may not be looked at, and is of the user who made the socket.</summary>
    private static bool CouldHold(ProcessPicture one, SocketPicture socket) => LinuxSockets.Holds(one.Id, socket) is null && LinuxProcesses.UserOf(one.Id) == socket.User;

    /// <summary>Which command it belongs to: by its own mark, or by that of the nearest one above it that still has one.</summary>
    private CommandCaller CallerAt(ProcessPicture one)
    {
        for (var (above, steps) = (one, 0); above is not null && steps < MostAncestors; above = LinuxProcesses.Look(above.Parent), steps++)
        {
            if (LinuxProcesses.NumberOf(above.Id, processes.Marks) is { } number) return new CommandCaller(processes.Living.TaskOf(number));
        }

        return CommandCaller.Unknown;
    }
}

/// <summary>A process of ours that calls this program.</summary>
/// <param name="TaskId">The task whose command it is; null for one that is no task's, such as an MCP server, and for one that is not known.</param>
public sealed record CommandCaller(string? TaskId)
{
    /// <summary>One of which no more can be told than that it may well be ours.</summary>
    internal static CommandCaller Unknown { get; } = new((string?)null) { IsKnown = false };

    /// <summary>False where it cannot be told which command it is.</summary>
    public bool IsKnown { get; private init; } = true;
}
