using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Triggers;

/// <summary>A call at the address of a webhook.</summary>
/// <param name="Body">What was sent, as it came.</param>
/// <param name="DeliveryId">The sender's name for it, by which a repeat is known; null when it gave none.</param>
/// <param name="Signature">What the sender signed it with, as <c>sha256=…</c>; null for none.</param>
public sealed record WebhookCall(ReadOnlyMemory<byte> Body, string? DeliveryId, string? Signature);

/// <summary>What a call at the address of a webhook came to.</summary>
/// <param name="TriggerId">The webhook.</param>
/// <param name="TaskId">Its task.</param>
/// <param name="Outcome">What became of the firing; null for a repeat of one that was taken before.</param>
/// <param name="Reason">Why it waits or was skipped.</param>
public sealed record WebhookReceipt(string TriggerId, string TaskId, FiringOutcome? Outcome, string? Reason)
{
    /// <summary>It was taken before; nothing was done again.</summary>
    public bool Duplicate => Outcome is null;
}

/// <summary>Takes what comes in at the addresses of webhooks. Every call of an address that there is stands in its log, taken or refused.</summary>
public interface IWebhookReceiver
{
    /// <summary>Most bytes that a call may bring.</summary>
    int MaxBytes { get; }

    /// <summary>Fires the webhook of an address. On disk when it completes.</summary>
    /// <exception cref="RefusedException">
    /// <c>not_found</c>; <c>bad_signature</c> (401); <c>too_large</c> (413); <c>too_many_calls</c> (429); <c>validation</c> for what is not JSON;
    /// <c>trigger_paused</c> and its like (409). Nothing was started.
    /// </exception>
    Task<WebhookReceipt> ReceiveAsync(string token, WebhookCall call, CancellationToken cancellationToken = default);

    /// <summary>Notes that a call was too long to be read, and refuses it.</summary>
    Task<RefusedException> RefuseLongAsync(string token, long size, CancellationToken cancellationToken = default);

    /// <summary>Calls a webhook as its sender would, signed if it has a secret; to see that it works.</summary>
    Task<WebhookReceipt> TestAsync(string triggerId, CancellationToken cancellationToken = default);
}

/// <inheritdoc/>
internal sealed class WebhookReceiver(TriggerStore store, TriggerFirings firings, CallRates rates, TimeProvider time) : IWebhookReceiver
{
    private const int MaxDeliveryIdLength = 200;

    /// <summary>Two calls without a name that say the same within this time are taken for one that was sent again.</summary>
    private static readonly TimeSpan SameBody = TimeSpan.FromMinutes(1);

    public int MaxBytes => 1 << 20;

    public async Task<WebhookReceipt> ReceiveAsync(string token, WebhookCall call, CancellationToken cancellationToken = default)
    {
        var trigger = store.FindByToken(token) ?? throw NotFound();
        if (!rates.TryTake(trigger.Id, out var tell))
        {
            var refusal = RefusedException.TooManyCalls(CallRates.RetryAfter);
            if (tell) await store.NoteDeliveryAsync(new WebhookDelivery(trigger.Id, StatusOf(refusal), Cut(call.DeliveryId), call.Body.Length, refusal.Message));
            throw refusal;
        }

        try
        {
            if (call.Body.Length > MaxBytes) throw TooLong(call.Body.Length);
            if (trigger.Definition.Secret is { } secret && !IsSigned(call, secret)) throw RefusedException.BadSignature();
            var delivered = ReadJson(call.Body);
            if (call.DeliveryId is { Length: > MaxDeliveryIdLength }) throw RefusedException.Validation("delivery_id", $"The delivery id may be {MaxDeliveryIdLength} characters long.");
            if (trigger.State != TriggerState.Active) throw RefusedException.Conflict($"trigger_{trigger.State.ToString().ToLowerInvariant()}", $"{trigger.StateText}");
            firings.RefuseWhenDraining();
            return await FireAsync(trigger, call, delivered);
        }
        catch (RefusedException refusal)
        {
            await store.NoteDeliveryAsync(new WebhookDelivery(trigger.Id, StatusOf(refusal), Cut(call.DeliveryId), call.Body.Length, refusal.Message));
            throw;
        }
    }

    public async Task<RefusedException> RefuseLongAsync(string token, long size, CancellationToken cancellationToken = default)
    {
        if (store.FindByToken(token) is not { } trigger) return NotFound();
        if (!rates.TryTake(trigger.Id, out _)) return RefusedException.TooManyCalls(CallRates.RetryAfter);
        var refusal = TooLong(size);
        await store.NoteDeliveryAsync(new WebhookDelivery(trigger.Id, StatusOf(refusal), null, size, refusal.Message));
        return refusal;
    }

    public Task<WebhookReceipt> TestAsync(string triggerId, CancellationToken cancellationToken = default)
    {
        var trigger = store.Find(triggerId) ?? throw RefusedException.NotFound("trigger", triggerId);
        if (trigger.Definition.Token is not { } token) throw RefusedException.Conflict("no_address", "Only a webhook can be called.");
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["test"] = true, ["sent_at"] = time.GetUtcNow().UtcDateTime });
        var signature = trigger.Definition.Secret is { } secret ? Sign(body, secret) : null;
        return ReceiveAsync(token, new WebhookCall(body, $"test-{time.GetUtcNow().ToUnixTimeMilliseconds()}", signature), cancellationToken);
    }

    private async Task<WebhookReceipt> FireAsync(Trigger trigger, WebhookCall call, string delivered)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(call.Body.Span));
        var result = call.DeliveryId is { Length: > 0 } id
            ? await firings.FireOnceAsync(trigger, $"delivery:{id}", FiringSource.Delivery, delivered)
            : await firings.FireOnceAsync(trigger, $"body:{digest}:{time.GetUtcNow().ToUnixTimeMilliseconds()}", FiringSource.Delivery, delivered, ($"body:{digest}:", SameBody));
        var firing = result.Firings is [var one] ? one : null;
        var text = firing switch
        {
            null => "Taken before; nothing was done again.",
            { Outcome: FiringOutcome.Started } => "Started a run.",
            { Outcome: FiringOutcome.Queued } => "Waits for the run before.",
            _ => TriggerService.TextOf(firing.Reason!),
        };
        await store.NoteDeliveryAsync(new WebhookDelivery(trigger.Id, firing is null ? 200 : 202, call.DeliveryId, call.Body.Length, text));
        return new WebhookReceipt(trigger.Id, result.Trigger?.TaskId ?? trigger.TaskId, firing?.Outcome, firing?.Reason);
    }

    private static string ReadJson(ReadOnlyMemory<byte> body)
    {
        if (body.Length == 0) return "null";
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetRawText();
        }
        catch (JsonException exception)
        {
            throw RefusedException.Validation("body", $"The body is no JSON (line {exception.LineNumber + 1}): any JSON will do, and none at all.");
        }
        catch (InvalidOperationException)
        {
            // The parser lets any bytes through inside of a text, and says so only here.
            throw RefusedException.Validation("body", "The body is no JSON: it holds what is not UTF-8.");
        }
    }

    private static bool IsSigned(WebhookCall call, string secret) =>
        call.Signature is { } signature && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(call.Body.Span, secret)), Encoding.ASCII.GetBytes(signature.Trim().ToLowerInvariant()));

    private static string Sign(ReadOnlySpan<byte> body, string secret) => $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}";

    private RefusedException TooLong(long size) => RefusedException.TooLarge("body", $"The body has {size:N0} bytes; {MaxBytes:N0} are the most that a webhook takes.");

    private static RefusedException NotFound() => RefusedException.NotFound("webhook", "at this address");

    private static string? Cut(string? id) => id is { Length: > MaxDeliveryIdLength } ? id[..MaxDeliveryIdLength] : id;

    private static int StatusOf(RefusedException refusal) => refusal.Kind switch
    {
        RefusalKind.Validation => 400,
        RefusalKind.Unauthorized => 401,
        RefusalKind.NotFound => 404,
        RefusalKind.Conflict => 409,
        RefusalKind.TooLarge => 413,
        RefusalKind.TooMany => 429,
        _ => 503,
    };
}
