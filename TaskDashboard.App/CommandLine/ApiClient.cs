using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace TaskDashboard.App.CommandLine;

/// <summary>Asks the server over REST. Everything that does not come to an answer is a <see cref="CommandFailure"/> in words.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>Largest page that the server gives.</summary>
    public const int PageSize = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);
    private static readonly JsonSerializerOptions Wire = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Func<ServerAddress> find;
    private readonly HttpClient http;
    private readonly string? keyFrom;

    /// <param name="find">Finds the server; asked again when it seems to have moved.</param>
    /// <param name="key">Goes along with every request and is shown nowhere; null for none.</param>
    public ApiClient(Func<ServerAddress> find, GivenKey? key)
    {
        this.find = find;
        Server = find();

        // A proxy of the environment is for other machines, and a redirect would be followed with the key.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !Server.IsThisMachine, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = Patience };
        if (key is null) return;
        keyFrom = key.From;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);
    }

    public ServerAddress Server { get; private set; }

    /// <summary>The page of a task.</summary>
    public Uri PageOf(string taskId) => new(Server.Url, $"chat?taskId={Uri.EscapeDataString(taskId)}");

    /// <summary>Looks again where the server is: one that was started anew may listen elsewhere. Only what it says itself counts; another one may be on another's data.</summary>
    public void LookAgain()
    {
        if (!Server.IsAnnounced) return;
        try
        {
            if (find() is { IsAnnounced: true } again) Server = again;
        }
        catch (CommandFailure)
        {
            // It is not up again yet.
        }
    }

    /// <summary>An address with a query of what is not null.</summary>
    public static string Address(string path, params (string Name, string? Value)[] query) =>
        QueryHelpers.AddQueryString(path, query.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <returns>The answer; undefined where there is none.</returns>
    public Task<JsonElement> SendAsync(HttpMethod method, string path, IReadOnlyDictionary<string, object?>? body, CancellationToken cancellationToken) =>
        SendContentAsync(method, path, body is null ? null : new StringContent(JsonSerializer.Serialize(body, Wire), Encoding.UTF8, "application/json"), cancellationToken);

    public async Task<JsonElement> SendContentAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var text = await ReadTextAsync(method, path, content, cancellationToken);
        if (text.Length == 0) return default;
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            throw new CommandFailure(ExitCodes.Refused, $"What answers at {Server.Url} is no TaskDashboard: its answer is not JSON.", $"The address is from {Server.FoundIn}.");
        }
    }

    /// <summary>The answer as it is: a file.</summary>
    public async Task<string> ReadTextAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(method, path, content, accept: null, cancellationToken);
        try
        {
            return await response.Content.ReadAsStringAsync(cancellationToken);
        }
        catch (HttpRequestException broken)
        {
            throw Unreachable(broken);
        }
    }

    /// <summary>Everything on all pages of a list, up to <paramref name="most"/>.</summary>
    public async IAsyncEnumerable<JsonElement> ListAsync(string path, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        for (var left = most; left > 0;)
        {
            var size = Math.Min(left, PageSize).ToString(System.Globalization.CultureInfo.InvariantCulture);
            var page = await GetAsync(Address(path, ("limit", size), ("cursor", cursor)), cancellationToken);
            var before = left;
            foreach (var item in page.List("items").Take(left))
            {
                left--;
                yield return item;
            }

            if (page.Text("next_cursor") is not { } next || left == before) yield break;
            cursor = next;
        }
    }

    /// <summary>The answer with its body unread, for streams. Its status is a good one.</summary>
    public async Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, HttpContent? content, string? accept, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server.Url, path.TrimStart('/'))) { Content = content };
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw Unreachable(failure);
        }
        catch (OperationCanceledException slow) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(slow);
        }

        if (response.IsSuccessStatusCode) return response;
        using (response) throw await ProblemText.ReadAsync(response, Server.Url, keyFrom, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private CommandFailure Unreachable(Exception why) => new(
        ExitCodes.NoServer,
        $"No TaskDashboard answers at {Server.Url} ({why switch { OperationCanceledException => $"nothing came within {Patience.TotalSeconds:0} s", _ => why.InnerException?.Message ?? why.Message }}).",
        $"The address is from {Server.FoundIn}.",
        ServerAddress.HowToStart);
}
