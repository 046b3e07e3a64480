using Microsoft.AspNetCore.SignalR;
using TaskDashboard.App.Api.Problems;

namespace TaskDashboard.App.Hosting;

/// <summary>
/// Keeps commands of agents away from what is a person's to do: endpoints that say so (<see cref="NotForCommands"/>), and every hub, the one of
/// the pages among them, where a command could click.
/// </summary>
internal sealed class CommandsKeptOut(RequestDelegate next, CommandCallers callers)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } told && (told.GetMetadata<NotForCommands>() is not null || told.GetMetadata<HubMetadata>() is not null) && callers.Find(context) is { } caller
            ? Problem.Of(callers.Refusal(context, caller)).WriteAsync(context)
            : next(context);
}
