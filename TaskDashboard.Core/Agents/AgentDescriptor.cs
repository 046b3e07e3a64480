using System.Diagnostics.CodeAnalysis;

namespace TaskDashboard.Core.Agents;

/// <summary>
/// Whom a message is meant for: the key to one persistent conversation. A closed family; whoever tells its members apart does so with
/// <see cref="Match"/>, so that a new member does not compile before every place knows what to do with it.
/// </summary>
public abstract record AgentDescriptor
{
    private const int ShortIdLength = 4;

    private AgentDescriptor()
    {
    }

    /// <summary>Names the conversation, for ever: <c>/user</c>, <c>/system/{tag}</c>, <c>/cron/{id}</c>, <c>/heartbeat/{id}</c>, <c>/webhook/{id}</c>, <c>/subagent/{id}</c>, <c>/task/{id}</c>.</summary>
    public string CacheKey => Match(
        user: static _ => "/user",
        system: static one => $"/system/{one.Tag}",
        cron: static one => $"/cron/{one.Id}",
        heartbeat: static one => $"/heartbeat/{one.Id}",
        webhook: static one => $"/webhook/{one.Id}",
        subagent: static one => $"/subagent/{one.Id}",
        task: static one => $"/task/{one.Id}");

    /// <summary>For people, with the whole id: <c>task {id}</c>.</summary>
    public string Label => Named(static id => id);

    /// <summary>Where an agent's name would stand: <c>task 1a2b</c>, with the last four digits of the id, which tell ids of one day apart.</summary>
    public string ShortLabel => Named(static id => id.Length <= ShortIdLength ? id : id[^ShortIdLength..]);

    /// <summary>Which entry of <c>TaskDashboard:Roles</c> names its model.</summary>
    public string Role => Match(
        user: static _ => "user",
        system: static _ => "system",
        cron: static _ => "cron",
        heartbeat: static _ => "heartbeat",
        webhook: static _ => "webhook",
        subagent: static _ => "subagent",
        task: static _ => "task");

    /// <summary>Calls the one function that is for this kind. There is no other way to tell kinds apart that a new kind would not slip through.</summary>
    public abstract TResult Match<TResult>(
        Func<User, TResult> user, Func<System, TResult> system, Func<Cron, TResult> cron, Func<Heartbeat, TResult> heartbeat,
        Func<Webhook, TResult> webhook, Func<Subagent, TResult> subagent, Func<Task, TResult> task);

    /// <summary>Reads a <see cref="CacheKey"/>.</summary>
    public static bool TryParse(string? key, [NotNullWhen(true)] out AgentDescriptor? descriptor)
    {
        descriptor = null;
        if (key is null || key.Length > 300) return false;
        if (key == "/user")
        {
            descriptor = new User();
            return true;
        }

        if (key.Split('/') is not ["", var kind, { Length: > 0 } id]) return false;
        descriptor = kind switch
        {
            "system" => new System(id),
            "cron" => new Cron(id),
            "heartbeat" => new Heartbeat(id),
            "webhook" => new Webhook(id),
            "subagent" => new Subagent(id),
            "task" => new Task(id),
            _ => null,
        };
        return descriptor is not null;
    }

    private string Named(Func<string, string> written) => Match(
        user: _ => "user",
        system: one => $"system {one.Tag}",
        cron: one => $"cron {written(one.Id)}",
        heartbeat: one => $"heartbeat {written(one.Id)}",
        webhook: one => $"webhook {written(one.Id)}",
        subagent: one => $"subagent {written(one.Id)}",
        task: one => $"task {written(one.Id)}");

    /// <summary>The person at this machine.</summary>
    public sealed record User : AgentDescriptor
    {
        public override TResult Match<TResult>(
            Func<User, TResult> user, Func<System, TResult> system, Func<Cron, TResult> cron, Func<Heartbeat, TResult> heartbeat,
            Func<Webhook, TResult> webhook, Func<Subagent, TResult> subagent, Func<Task, TResult> task) => user(this);
    }

    /// <summary>A purpose of a program outside, under a name that it chooses.</summary>
    public sealed record System(string Tag) : AgentDescriptor
    {
        public override TResult Match<TResult>(
            Func<User, TResult> user, Func<System, TResult> system, Func<Cron, TResult> cron, Func<Heartbeat, TResult> heartbeat,
            Func<Webhook, TResult> webhook, Func<Subagent, TResult> subagent, Func<Task, TResult> task) => system(this);
    }

    /// <summary>A trigger that fires by the clock.</summary>
    public sealed record Cron(string Id) : AgentDescriptor
    {
        public override TResult Match<TResult>(
            Func<User, TResult> user, Func<System, TResult> system, Func<Cron, TResult> cron, Func<Heartbeat, TResult> heartbeat,
            Func<Webhook, TResult> webhook, Func<Subagent, TResult> subagent, Func<Task, TResult> task) => cron(this);
    }

    /// <summary>A trigger that looks in at its task every so often.</summary>
    public sealed record Heartbeat(string Id) : AgentDescriptor
    {
        public override TResult Match<TResult>(
            Func<User, TResult> user, Func<System, TResult> system, Func<Cron, TResult> cron, Func<Heartbeat, TResult> heartbeat,
            Func<Webhook, TResult> webhook, Func<Subagent, TResult> subagent, Func<Task, TResult> task) => heartbeat(this);
    }

    /// <summary>A trigger that others call.</summary>
    public sealed record Webhook(string Id) : AgentDescriptor
    {
        public override TResult Match<TResult>(
            Func<User, TResult> user, Func<System, TResult> system, Func<Cron, TResult> cron, Func<Heartbeat, TResult> heartbeat,
            Func<Webhook, TResult> webhook, Func<Subagent, TResult> subagent, Func<Task, TResult> task) => webhook(this);
    }

    /// <summary>A task that another task has started.</summary>
    public sealed record Subagent(string Id) : AgentDescriptor
    {
        public override TResult Match<TResult>(
            Func<User, TResult> user, Func<System, TResult> system, Func<Cron, TResult> cron, Func<Heartbeat, TResult> heartbeat,
            Func<Webhook, TResult> webhook, Func<Subagent, TResult> subagent, Func<Task, TResult> task) => subagent(this);
    }

    /// <summary>A task: the conversation is its own, and all its triggers share it.</summary>
    public sealed record Task(string Id) : AgentDescriptor
    {
        public override TResult Match<TResult>(
            Func<User, TResult> user, Func<System, TResult> system, Func<Cron, TResult> cron, Func<Heartbeat, TResult> heartbeat,
            Func<Webhook, TResult> webhook, Func<Subagent, TResult> subagent, Func<Task, TResult> task) => task(this);
    }
}
