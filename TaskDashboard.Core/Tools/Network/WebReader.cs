using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Core.Tools.Network;

/// <summary>Gets what is behind an address, up to a bound, over at most five redirects of which each is checked. Safe for threads.</summary>
internal sealed class WebReader : IDisposable
{
    internal const int MaxBytes = 1024 * 1024;
    internal const int MaxRedirects = 5;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient client;
    private readonly TimeProvider time;

    public WebReader(CheckedConnections connections, TimeProvider time)
    {
        this.time = time;
        client = new HttpClient(connections.CreateHandler()) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("TaskDashboard", typeof(WebReader).Assembly.GetName().Version?.ToString(2)));
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html, application/xhtml+xml, application/json, text/*;q=0.9, */*;q=0.5");
    }

    /// <exception cref="ToolException">There is nothing to be had, or nothing that is text; the message says why.</exception>
    public async Task<WebDocument> ReadAsync(Uri address, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            return await FollowAsync(address, either.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToolException($"{address.Host} took too long to answer.", late);
        }
        catch (HttpRequestException failure)
        {
            throw new ToolException(Told(address, failure), failure);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            throw new ToolException($"The answer of {address.Host} broke off: {failure.Message}", failure);
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<WebDocument> FollowAsync(Uri address, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            if (AddressPolicy.Problem(address) is { } problem) throw new ToolException(redirects == 0 ? problem : $"The page has moved to \"{address}\", which cannot be followed. {problem}");
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (Next(address, response) is { } next)
            {
                if (redirects == MaxRedirects) throw new ToolException($"The page moves on and on: more than {MaxRedirects} redirects, the last one to {next}.");
                address = next;
                continue;
            }

            if (!response.IsSuccessStatusCode)
                throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"{address} was answered with {(int)response.StatusCode} {response.ReasonPhrase}.").Replace(" .", ".", StringComparison.Ordinal));
            return await TakeAsync(address, response, cancellationToken);
        }
    }

    private static Uri? Next(Uri address, HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Redirect or HttpStatusCode.RedirectMethod or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location && Uri.TryCreate(address, location, out var next) ? next : null;

    private static async Task<WebDocument> TakeAsync(Uri address, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var type = response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant();
        var length = response.Content.Headers.ContentLength;
        if (type is not null && !WebDocument.MayBeText(type)) throw Binary(address, type, length);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[MaxBytes + 1];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        var content = bytes.AsMemory(0, Math.Min(read, MaxBytes));
        if (TextFile.Detect(content.Span[..Math.Min(content.Length, 8 * 1024)]) is null) throw Binary(address, type ?? "of an unknown type", length ?? read);
        return new WebDocument(address, type, response.Content.Headers.ContentType?.CharSet, content, IsWhole: read <= MaxBytes);
    }

    private static ToolException Binary(Uri address, string type, long? length) =>
        new($"{address} is no text but {type} ({(length is { } bytes ? ByteSize.Text(bytes) : "of unknown size")}), which cannot be shown.");

    private static string Told(Uri address, HttpRequestException failure)
    {
        for (Exception? inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is AddressRefusedException refused) return $"{refused.Message} Only the settings of this program can allow it (TaskDashboard:Network).";
        }

        return $"{address.Host} could not be reached: {failure.InnerException?.Message ?? failure.Message}";
    }
}
