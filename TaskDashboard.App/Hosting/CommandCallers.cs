using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Hosting;

/// <summary>
/// Tells which requests come from commands of agents. Each connection is looked at once: it does not change its owner. Safe for threads.
/// </summary>
internal sealed class CommandCallers(OwnCommands commands, ILogger<CommandCallers> logger)
{
    private static readonly object Key = new();

    /// <summary>The command that asks; null when somebody else does.</summary>
    public CommandCaller? Find(HttpContext context)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items) return Look(context);
        lock (items)
        {
            if (items.TryGetValue(Key, out var known)) return (CommandCaller?)known;
            var caller = Look(context);
            items[Key] = caller;
            return caller;
        }
    }

    /// <exception cref="RefusedException"><c>from_a_command</c>: a command asks.</exception>
    public void Refuse(HttpContext context)
    {
        if (Find(context) is { } caller) throw Refusal(context, caller);
    }

    /// <summary>What a command is told; the log is told which one it was.</summary>
    public RefusedException Refusal(HttpContext context, CommandCaller caller)
    {
        var request = context.Request;
        if (caller.TaskId is { } task) logger.LogWarning("A command of task {Task} was refused {Method} {Path}: that is a person's to do.", task, request.Method, request.Path);
        else logger.LogWarning("A process that an agent has started, or that nobody can be told of any more, was refused {Method} {Path}: that is a person's to do.", request.Method, request.Path);
        return RefusedException.FromACommand();
    }

    private CommandCaller? Look(HttpContext context) => Ends(context) is var (local, remote) ? commands.Find(local, remote) : null;

    /// <summary>The connection's real ends, whatever a header says of others. Null where it is not TCP.</summary>
    private static (IPEndPoint Local, IPEndPoint Remote)? Ends(HttpContext context)
    {
        try
        {
            if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { LocalEndPoint: IPEndPoint local, RemoteEndPoint: IPEndPoint remote }) return (local, remote);
        }
        catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
        {
            // The caller is gone already; what it asked for is still decided on.
        }

        var connection = context.Connection;
        return connection is { LocalIpAddress: { } own, RemoteIpAddress: { } other } ? (new IPEndPoint(own, connection.LocalPort), new IPEndPoint(other, connection.RemotePort)) : null;
    }
}
