using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.App.Api;

/// <summary>Where others call: the address is the key.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this RouteGroupBuilder api) => api.MapPost("/webhooks/{token}", ReceiveAsync).WithTags("Triggers").WithName("callWebhook")
        .WithSummary("Fires a webhook trigger: any JSON of up to 1 MiB becomes context for its agent. A delivery id (X-Delivery-Id, Webhook-Id, X-GitHub-Delivery) makes repeats one; X-Hub-Signature-256 or X-Signature-256 signs.")
        .Accepts<object>("application/json")
        .Refuses(400, 401, 404, 409, 413, 429)

        // A command can read the address, and what it starts there would not be below its task, where the policies above hold.
        .RefusesCommands()

        // The address is what its callers have to know; what it starts is for the person whose it is.
        .AllowAnonymous();

    public static WebhookAnswer AnswerOf(WebhookReceipt receipt) => new(receipt.TriggerId, receipt.TaskId, receipt.Outcome, receipt.Reason, receipt.Duplicate);

    private static async Task<Results<Accepted<WebhookAnswer>, Ok<WebhookAnswer>>> ReceiveAsync(string token, HttpRequest request, IWebhookReceiver receiver, CancellationToken cancellationToken)
    {
        var (body, size) = await ReadAsync(request.Body, receiver.MaxBytes, cancellationToken);
        if (size > receiver.MaxBytes) throw await receiver.RefuseLongAsync(token, size, cancellationToken);
        var call = new WebhookCall(body, First(request, "X-Delivery-Id", "Webhook-Id", "X-GitHub-Delivery"), First(request, "X-Hub-Signature-256", "X-Signature-256"));
        var answer = AnswerOf(await receiver.ReceiveAsync(token, call, cancellationToken));
        return answer.Duplicate ? TypedResults.Ok(answer) : TypedResults.Accepted((string?)null, answer);
    }

    private static string? First(HttpRequest request, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (request.Headers[name] is [{ Length: > 0 } value, ..]) return value;
        }

        return null;
    }

    /// <summary>Keeps as much as is taken, and reads on to the end all the same: a sender that is cut off does not see why.</summary>
    private static async Task<(byte[] Body, long Size)> ReadAsync(Stream body, int most, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        long size = 0;
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            size += read;
            if (size <= most) kept.Write(buffer, 0, read);
        }

        return (kept.ToArray(), size);
    }
}
