using TaskDashboard.App.People;
using TaskDashboard.Core.People;

namespace TaskDashboard.App.Telemetry;

/// <summary>How it goes, in numbers, for Prometheus and whatever reads its format.</summary>
internal static class MetricsEndpoints
{
    public static void MapMetrics(this IEndpointRouteBuilder app) => app.MapGet("/metrics", Read).WithName("readMetrics").WithTags("Health").Needs(PersonRole.Owner)
        .WithSummary("The metrics in Prometheus' text format. With accounts for owners, or a key with the scope admin.")
        .Produces<string>(contentType: "text/plain");

    private static IResult Read(MetricsTable metrics, HttpContext context)
    {
        // It says how things are now, to who may know it.
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(PrometheusText.Write(metrics.Read()), PrometheusText.MediaType);
    }
}
