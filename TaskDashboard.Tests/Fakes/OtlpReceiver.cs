using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Tests.Fakes;

/// <summary>A collector on loopback: takes spans and metrics by OTLP over HTTP, and reads of them what tests ask for.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<OtlpSpan> spans = new();
    private readonly ConcurrentQueue<string> metrics = new();
    private readonly ConcurrentQueue<string> headers = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/v1/traces", context => TakeAsync(context, body =>
        {
            foreach (var span in OtlpSpan.Read(body)) spans.Enqueue(span);
        }));
        app.MapPost("/v1/metrics", context => TakeAsync(context, body =>
        {
            // Resource → scope → metric → name.
            foreach (var resource in body.All(1))
            {
                foreach (var metric in resource.Messages.All(2).SelectMany(scope => scope.Messages.All(2))) metrics.Enqueue(metric.Messages.Text(1));
            }
        }));
    }

    public Uri Address => new(app.Urls.Single());

    /// <summary>Spans that have arrived.</summary>
    public IReadOnlyList<OtlpSpan> Spans => [.. spans];

    /// <summary>Names of metrics that have arrived.</summary>
    public IReadOnlyList<string> Metrics => [.. metrics.Distinct()];

    /// <summary>What came as <c>x-test</c>.</summary>
    public IReadOnlyList<string> Headers => [.. headers];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver.app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext context, Action<ProtobufMessage> take)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        headers.Enqueue(context.Request.Headers["x-test"].ToString());
        take(new ProtobufMessage(body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }
}

/// <summary>A span as a collector sees it.</summary>
internal sealed record OtlpSpan(string Service, string Name, string TraceId, string SpanId, string? ParentSpanId, int Status, IReadOnlyDictionary<string, string> Attributes)
{
    public static IEnumerable<OtlpSpan> Read(ProtobufMessage request)
    {
        foreach (var resource in request.All(1).Select(field => field.Messages))
        {
            var service = resource.All(1).SelectMany(one => one.Messages.All(1)).Select(Pair).FirstOrDefault(pair => pair.Key == "service.name").Value;
            foreach (var span in resource.All(2).SelectMany(scope => scope.Messages.All(2)).Select(field => field.Messages))
            {
                var parent = Convert.ToHexStringLower(span.Bytes(4));
                yield return new OtlpSpan(
                    service, span.Text(5), Convert.ToHexStringLower(span.Bytes(1)), Convert.ToHexStringLower(span.Bytes(2)), parent.Length == 0 ? null : parent,
                    (int)(span.All(15).FirstOrDefault()?.Messages.Number(3) ?? 0), span.All(9).Select(Pair).ToDictionary());
            }
        }
    }

    /// <summary>Text and numbers; what is of another kind is left empty.</summary>
    private static KeyValuePair<string, string> Pair(ProtobufField field)
    {
        var value = field.Messages.All(2).First().Messages;
        return KeyValuePair.Create(field.Messages.Text(1), value.All(3).Any() ? value.Number(3).ToString(System.Globalization.CultureInfo.InvariantCulture) : value.Text(1));
    }
}
