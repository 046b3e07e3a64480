using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>Is the process alive; may it be sent work?</summary>
internal static class HealthEndpoints
{
    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<StartUpCheck>("start_up")
        .AddCheck<StoreCheck>("store", timeout: TimeSpan.FromSeconds(5))
        .AddCheck<InvariantsCheck>("self_check");

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health").AllowAnonymous();
        health.MapGet("/live", Live).WithName("isLive")
            .WithSummary("The process answers.");
        health.MapGet("/ready", ReadyAsync).WithName("isReady")
            .WithSummary("Start-up is done and the store answers; 503 otherwise.")
            .Produces<HealthAnswer>().Produces<HealthAnswer>(503);
    }

    private static Ok<HealthAnswer> Live() => TypedResults.Ok(new HealthAnswer("live", []));

    private static async Task<JsonHttpResult<HealthAnswer>> ReadyAsync(HealthCheckService health, CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        var ready = report.Status != HealthStatus.Unhealthy;
        var checks = report.Entries.Select(check => new HealthCheckAnswer(
            check.Key, check.Value.Status == HealthStatus.Healthy ? "ok" : "failing", check.Value.Description)).ToList();
        var status = report.Status switch { HealthStatus.Healthy => "ready", HealthStatus.Degraded => "degraded", _ => "not_ready" };
        return TypedResults.Json(new HealthAnswer(status, checks), statusCode: ready ? 200 : 503);
    }

    /// <summary>Tasks of a process that died are settled, and the server is not on its way down.</summary>
    private sealed class StartUpCheck(EngineState engine, IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(
                lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("The server is stopping.")
                : !engine.IsReady ? HealthCheckResult.Unhealthy("The server is starting.")
                : HealthCheckResult.Healthy("The server has started."));
    }

    /// <summary>
    /// What the watchdog saw last. A broken invariant is red, and no reason to take the only server out of service: it goes on with every
    /// task that is not concerned.
    /// </summary>
    private sealed class InvariantsCheck(ISelfCheck check) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var report = check.Current;
            var broken = report.Invariants.Where(invariant => invariant.Status == InvariantStatus.Failing).ToList();
            return Task.FromResult(
                broken.Count > 0 ? HealthCheckResult.Degraded($"Broken: {string.Join(", ", broken.Select(invariant => invariant.Key))}. See /self-check.")
                : report.CheckedAt is { } at ? HealthCheckResult.Healthy($"Every invariant held at {at.UtcDateTime:HH:mm:ss} UTC.")
                : HealthCheckResult.Healthy("The first look is still to come."));
        }
    }

    /// <summary>
    /// What the store's writer has seen, and a look-up that finds nothing: it goes all the way to the database, and costs next to nothing there.
    /// </summary>
    private sealed class StoreCheck(ITaskReader reader, StoreHealth health) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            if (health.Problem is { } problem) return HealthCheckResult.Unhealthy(problem);
            try
            {
                await reader.FindRunAsync("run_none", cancellationToken);
                return HealthCheckResult.Healthy("The store answers.");
            }
            catch (Exception exception) when (StoreFault.Explain(exception) is { } why)
            {
                return HealthCheckResult.Unhealthy(why, exception);
            }
        }
    }
}

/// <param name="Status"><c>live</c>, <c>ready</c>, <c>degraded</c> (it works, and something is red) or <c>not_ready</c>.</param>
/// <param name="Checks">What was looked at.</param>
internal sealed record HealthAnswer(string Status, IReadOnlyList<HealthCheckAnswer> Checks);

/// <param name="Name">What was looked at.</param>
/// <param name="Status"><c>ok</c> or <c>failing</c>.</param>
/// <param name="Detail">In words.</param>
internal sealed record HealthCheckAnswer(string Name, string Status, string? Detail);
