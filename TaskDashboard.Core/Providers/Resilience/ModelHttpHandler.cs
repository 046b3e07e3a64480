using System.Buffers;
using System.Text;

namespace TaskDashboard.Core.Providers;

/// <summary>
/// Sits below a vendor's library, on the provider's one connection pool: sees status and headers (Retry-After) that the
/// libraries do not hand on, and watches every byte, pings included, for a stall.
/// </summary>
internal sealed class ModelHttpHandler(ProviderOptions provider, ModelCallFailures failures, TimeProvider time) : DelegatingHandler(Connections(provider))
{
    /// <summary>Enough of an error to quote.</summary>
    private const int LongestErrorBody = 16 * 1024;

    private readonly TimeSpan firstByte = TimeSpan.FromSeconds(provider.FirstByteSeconds);
    private readonly TimeSpan idle = TimeSpan.FromSeconds(provider.IdleSeconds);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var watch = new StallWatch(time, firstByte, idle);
        HttpResponseMessage? response = null;
        try
        {
            watch.Follow(cancellationToken);
            response = await base.SendAsync(request, watch.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw failures.FromStatus(response, await ReadErrorAsync(response.Content, watch).ConfigureAwait(false));
            }

            if (response.StatusCode == System.Net.HttpStatusCode.NoContent) throw failures.Malformed("204, which has no content, where an event stream was asked for.");
            if (response.Content.Headers.ContentType?.MediaType is "text/html" or "application/json")
            {
                throw failures.Malformed($"{response.Content.Headers.ContentType.MediaType} where an event stream was asked for. "
                    + await ReadErrorAsync(response.Content, watch).ConfigureAwait(false));
            }

            response.Content = new WatchedContent(response.Content, watch, failures);
            return response;
        }
        catch (Exception exception)
        {
            response?.Dispose();
            watch.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (exception is OperationCanceledException && watch.Stalled) throw failures.TimedOut(watch.Started, watch.Limit, exception);
            if (exception is HttpRequestException unreachable) throw failures.Unreachable(request.RequestUri, unreachable);
            throw;
        }
    }

    private static async Task<string> ReadErrorAsync(HttpContent content, StallWatch watch)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LongestErrorBody);
        try
        {
            using var stream = await content.ReadAsStreamAsync(watch.Token).ConfigureAwait(false);
            var length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, LongestErrorBody), LongestErrorBody, throwOnEndOfStream: false, watch.Token)
                .ConfigureAwait(false);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            // The status is known and says enough; only its explanation broke off.
            return "";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static SocketsHttpHandler Connections(ProviderOptions provider) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,

        // No decompression: event streams gain little, and each running call would hold a window of 32 KB and more.
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(Math.Min(15, provider.FirstByteSeconds)),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),

        // A whole answer leaves a few bytes to read before its connection can serve again; a cancelled one must not be read on.
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(250),
        MaxResponseDrainSize = 4 * 1024,
        EnableMultipleHttp2Connections = true,
    };
}
