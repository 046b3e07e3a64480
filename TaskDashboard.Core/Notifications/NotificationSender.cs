using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tools.Network;

namespace TaskDashboard.Core.Notifications;

/// <summary>
/// Sends what is on its way to its addresses, each until it is taken: seven attempts over about eight hours. What a crash interrupts is sent again,
/// under the same delivery id: an address gets everything at least once.
/// </summary>
internal sealed class NotificationSender(
    NotificationStore store, NotificationSignal signal, CheckedConnections connections, TimeProvider time, ILogger<NotificationSender> logger) : BackgroundService
{
    private const int AtOnce = 8;
    private const int MostAnswer = 500;

    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(6)];

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);

    private readonly HttpClient client = new(connections.CreateHandler(), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };

    public override void Dispose()
    {
        client.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var (due, next) = await store.ListDueAsync(time.GetUtcNow(), AtOnce, stoppingToken);
                if (due.Count == 0)
                {
                    await signal.WaitAsync(next - time.GetUtcNow(), time, stoppingToken);
                    continue;
                }

                await Task.WhenAll(due.Select(delivery => SendAsync(delivery, stoppingToken)));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // It has to go on: the store may be away for a while.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                logger.LogError(exception, "Notifications could not be sent; it is tried again.");
                await signal.WaitAsync(Pauses[0], time, stoppingToken);
            }
        }
    }

    private async Task SendAsync(NotificationDelivery delivery, CancellationToken cancellationToken)
    {
        var attempts = delivery.Attempts + 1;
        var (status, error) = store.Targets.FirstOrDefault(target => target.Id == delivery.NotificationId) is { Active: true } target
            ? await PostAsync(target, delivery, cancellationToken)
            : (null, "The address was removed or switched off.");
        var isTaken = status is >= 200 and < 300;
        var again = !isTaken && attempts <= Pauses.Length && store.Targets.Any(known => known.Id == delivery.NotificationId && known.Active);
        if (!isTaken && !again) logger.LogWarning("{DeliveryId} was given up after {Attempts} attempts: {Error}", delivery.DeliveryId, attempts, error);
        await store.NoteAsync(delivery with
        {
            Attempts = attempts,
            State = isTaken ? NotificationState.Delivered : again ? NotificationState.Pending : NotificationState.Failed,
            NextAt = again ? time.GetUtcNow() + Pauses[attempts - 1] : null,
            LastStatus = status,
            LastError = isTaken ? null : error,
        });
    }

    private async Task<(int? Status, string? Error)> PostAsync(NotificationTarget target, NotificationDelivery delivery, CancellationToken cancellationToken)
    {
        // For the whole answer: one that begins and never ends would keep everything behind it waiting.
        using var bound = new CancellationTokenSource(AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            using var request = Request(target, delivery);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (answer.IsSuccessStatusCode) return ((int)answer.StatusCode, null);
            var text = await BeginningOfAsync(answer.Content, either.Token);
            cancellationToken.ThrowIfCancellationRequested();
            return ((int)answer.StatusCode, $"It answered {(int)answer.StatusCode}: {text}");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return (null, failure switch
            {
                { InnerException: AddressRefusedException refused } => $"{refused.Message} Allow it under TaskDashboard:Network if it is meant.",
                OperationCanceledException => $"It did not answer within {AnswerWithin.TotalSeconds} s.",
                _ => failure.Message,
            });
        }
    }

    /// <summary>What people read of an answer. Its status says what became of the word: nothing that is wrong with the rest may keep that from being noted.</summary>
    private static async Task<string> BeginningOfAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var beginning = new byte[MostAnswer];
        var length = 0;
        try
        {
            await using var body = await content.ReadAsStreamAsync(cancellationToken);
            for (int read; length < beginning.Length && (read = await body.ReadAsync(beginning.AsMemory(length), cancellationToken)) > 0;) length += read;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
        {
            // As much as came.
        }

        return Encoding.UTF8.GetString(beginning, 0, length);
    }

    /// <summary>Signed twice: as Standard Webhooks has it (standardwebhooks.com), and over the body alone, as this program's own webhooks take it.</summary>
    private HttpRequestMessage Request(NotificationTarget target, NotificationDelivery delivery)
    {
        var body = Encoding.UTF8.GetBytes(delivery.Payload);
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.UserAgent.ParseAdd("TaskDashboard");
        var at = time.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        request.Headers.Add("Webhook-Id", delivery.DeliveryId);
        request.Headers.Add("Webhook-Timestamp", at);
        if (target.Secret is not { } secret) return request;
        var key = Encoding.UTF8.GetBytes(secret);
        request.Headers.Add("Webhook-Signature", $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{delivery.DeliveryId}.{at}.{delivery.Payload}")))}");
        request.Headers.Add("X-Hub-Signature-256", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(key, body))}");
        return request;
    }
}
